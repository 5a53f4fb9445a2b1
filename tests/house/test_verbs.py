"""The catalogue of verbs holds what the routes ask for, neither more nor less."""

import ast
from pathlib import Path

import pytest

from orderloom.domain import verbs

API = Path(__file__).parent.parent.parent / "src" / "orderloom" / "api"


def _asked() -> dict[str, str]:
    """Verb → file, of every may("…") and Permission("…") of the API."""
    found = {}
    for path in API.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in ("may", "Permission"):
                for said in node.args:
                    if isinstance(said, ast.Constant) and said.value:
                        found[said.value] = path.name
    return found


def test_every_verb_that_a_route_asks_for_is_in_the_catalogue_and_no_other() -> None:
    asked = _asked()
    assert {verb: where for verb, where in asked.items() if verb not in verbs.VERBS} == {}
    assert verbs.VERBS - asked.keys() == set()


@pytest.mark.parametrize("verb", ["*", "orders:*", "orders:read", "credit:grant"])
def test_a_verb_of_the_catalogue_is_known_alone_and_by_its_word(verb: str) -> None:
    assert verbs.known(verb)


@pytest.mark.parametrize("verb", ["", ":*", "*:*", "order:read", "orders:raed", "order:*", "orders:", "orders", "ord*"])
def test_what_would_allow_nothing_is_not_known(verb: str) -> None:
    assert not verbs.known(verb)


def test_someone_who_mistypes_is_shown_what_was_meant() -> None:
    assert verbs.near("order:raed")[0] == "orders:read"
    assert set(verbs.near("zzz")) == verbs.VERBS
