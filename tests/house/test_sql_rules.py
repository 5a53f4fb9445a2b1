"""SQL: in its own files, without what the storage rules exclude."""

import ast
import re
from pathlib import Path

import pytest

from orderloom.store import sql

SOURCE = Path(__file__).parent.parent.parent / "src" / "orderloom"
FILES = sorted(path for path in SOURCE.rglob("*.sql") if path.name != "schema.sql")
FORBIDDEN = {
    "the clock is a parameter": r"\b(now|(clock|statement|transaction)_timestamp)\s*\("
    r"|\bcurrent_(timestamp|date|time)\b|\blocaltime(stamp)?\b",
    "ids and dice are parameters": r"\b(gen_random_uuid|uuidv7|uuidv4|random)\s*\(",
    "Citus knows no MERGE from VALUES": r"\bmerge\s+into\b",
    "the wheel has no extensions": r"\bcreate\s+extension\b",
    "a workspace never names another schema": r"\bw_[a-z0-9_]+\.",
}
_QUERY = re.compile(
    r"^\s*(select\s.+\sfrom\s|select\s+\w+\(|insert\s+into\s|update\s+\w+\s+set\s|delete\s+from\s|with\s+\w+\s+as\s*\("
    r"|create\s+(table|schema|index|database)\s|drop\s+(table|schema|database)\s|alter\s+table\s|truncate\s|copy\s+[\w({]"
    r"|lock\s+table\s|set\s+(local|session|transaction)\s|listen\s|notify\s)",
    re.IGNORECASE | re.DOTALL,
)


def _code(path: Path) -> str:
    return re.sub(r"--[^\n]*", "", path.read_text("utf-8"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_file_of_sql_holds_nothing_forbidden(path: Path) -> None:
    found = {why: match[0] for why, rule in FORBIDDEN.items() if (match := re.search(rule, _code(path), re.IGNORECASE))}
    assert found == {}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_file_of_sql_lies_beside_its_module_and_is_used_whole(path: Path) -> None:
    if "migrations" in path.parts:
        return
    module = path.with_suffix(".py")
    assert module.exists(), "statements belong to the module of the same name"
    users = "".join(each.read_text("utf-8") for each in SOURCE.rglob("*.py"))
    unused = [name for name in sql.read(path) if not re.search(rf'\.{name}\b|"{name}"', users)]
    assert unused == []
    everywhere = "".join(each.read_text("utf-8") for each in FILES)
    assert [name for name in sql.fragments(path) if f"{{{{{path.stem}.{name}}}}}" not in everywhere] == []


@pytest.mark.parametrize("path", sorted(SOURCE.rglob("*.py")), ids=lambda path: str(path.relative_to(SOURCE)))
def test_no_statement_hides_in_a_python_string(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    hidden = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in docstrings
        and _QUERY.match(node.value)
    ]
    assert hidden == []


@pytest.mark.parametrize(
    "text",
    [
        "select a from b",
        "SELECT set_config('x')",
        "insert into a values (1)",
        "update a set b = 1",
        "with a as (select 1) x",
    ],
)
def test_a_statement_is_recognised(text: str) -> None:
    assert _QUERY.match(text)


@pytest.mark.parametrize("text", ["select a file", "update orders", "set of rows", "delete", "with care", "lock"])
def test_plain_words_are_no_statement(text: str) -> None:
    assert not _QUERY.match(text)
