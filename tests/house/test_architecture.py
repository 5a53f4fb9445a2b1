"""The page that tells where things are names what is there."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
LINKS = re.findall(r"\[([^\]]+)\]\(((?!http)[^)#]+)\)", PAGE)
NAMED = [(words.strip("`"), target) for words, target in LINKS if re.fullmatch(r"`[\w/]+\.[\w.]+`", words)]


@pytest.mark.parametrize("target", sorted({target for _, target in LINKS}))
def test_what_it_links_is_there(target: str) -> None:
    assert (ROOT / target).exists()


@pytest.mark.parametrize(("name", "target"), sorted({each for each in NAMED if not each[0].endswith(".py")}))
def test_a_function_that_it_names_stands_where_it_says(name: str, target: str) -> None:
    module, _, path = name.partition(".")
    assert target.endswith((f"{module}.py", f"{module}/__init__.py"))
    body: list[ast.stmt] = ast.parse((ROOT / target).read_text("utf-8")).body
    for part in path.split("."):
        found = [each for each in body if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)]
        body = next(each for each in found if each.name == part).body
