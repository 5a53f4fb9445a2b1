"""The shape of the code: docstrings, sizes, names, and where the clock is read."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
SOURCE = ROOT / "src" / "orderloom"
MODULES = sorted(SOURCE.rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
FUNCTION_LINES_MAX = 70
MODULE_LINES_MAX = 500
PARAMETERS_MAX = 6
FORBIDDEN = {"util", "utils", "helper", "helpers", "manager", "managers", "service", "services", "common", "base"}
Function = ast.FunctionDef | ast.AsyncFunctionDef

modules = pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))


def _functions(path: Path) -> Iterator[Function]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, Function):
            yield node


@modules
def test_modules_and_functions_are_short(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= MODULE_LINES_MAX
    long = {
        node.name: node.end_lineno - node.lineno + 1
        for node in _functions(path)
        if node.end_lineno is not None and node.end_lineno - node.lineno >= FUNCTION_LINES_MAX
    }
    assert long == {}


@modules
def test_modules_and_public_functions_say_what_they_mean(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    assert ast.get_docstring(tree), "the module has no docstring"
    public = [node for node in tree.body if isinstance(node, Function | ast.ClassDef) and not node.name.startswith("_")]
    assert [node.name for node in public if not ast.get_docstring(node)] == []


@modules
def test_public_functions_take_few_parameters(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    many = {}
    for node in tree.body:
        if isinstance(node, Function) and not node.name.startswith("_") and not node.decorator_list:
            subject = 1 if node.args.args else 0  # What it works on (a connection, an order) is not counted.
            count = len(node.args.posonlyargs) + len(node.args.args) + len(node.args.kwonlyargs) - subject
            if count > PARAMETERS_MAX:
                many[node.name] = count
    assert many == {}


@pytest.mark.parametrize("path", [*MODULES, *TESTS], ids=lambda path: str(path.relative_to(ROOT)))
def test_names_say_something(path: Path) -> None:
    """No word that fits everything, no numbered variable (`order2`)."""
    tree = ast.parse(path.read_text("utf-8"))
    named = {path.stem}
    numbered = set()
    for node in ast.walk(tree):
        if isinstance(node, Function | ast.ClassDef):
            named.add(node.name)
        elif isinstance(node, ast.arg):
            numbered.add(node.arg)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            numbered.add(node.id)
    words = {word for name in named for word in re.findall(r"[A-Z]?[a-z]+", name)}
    assert {word.lower() for word in words} & FORBIDDEN == set()
    assert {name for name in numbered if re.fullmatch(r".*[a-z]_?\d", name) and not name.endswith("cm3")} == set()


@modules
def test_the_clock_is_read_and_ids_are_made_in_one_place(path: Path) -> None:
    if path == SOURCE / "kit" / "clock.py" or path.is_relative_to(SOURCE / "bench"):
        return
    readings = [
        ast.unparse(node)
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and re.fullmatch(
            r"(dt\.|datetime\.)+(now|utcnow|today)|time\.time(_ns)?|uuid[147]|uuid\.uuid[147]", ast.unparse(node.func)
        )
    ]
    assert readings == [], "times are parameters; doors read kit.clock"


def test_every_package_tells_what_lives_in_it() -> None:
    silent = [
        str(path) for path in SOURCE.rglob("*/") if any(path.glob("*.py")) and not (path / "__init__.py").exists()
    ]
    assert silent == []


def test_nothing_is_left_for_later_and_no_test_mocks() -> None:
    later = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b")
    files = [*MODULES, *SOURCE.rglob("*.sql"), *SOURCE.rglob("*.toml"), *TESTS]
    assert [str(path) for path in files if later.search(path.read_text("utf-8"))] == []
    mocks = re.compile(r"^\s*(from unittest|import unittest|from mock|import mock)|\bmock" + r"\.patch\b", re.MULTILINE)
    assert [str(path) for path in TESTS if mocks.search(path.read_text("utf-8"))] == []
