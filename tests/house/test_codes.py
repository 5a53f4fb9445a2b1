"""Every refusal has its code in the catalogue, in Chinese and English, and no code stands there unused."""

import ast
import re
import tomllib
from pathlib import Path
from typing import get_args

import msgspec
import pytest

from orderloom.api import schemas
from orderloom.domain import codes

SOURCE = Path(__file__).parent.parent.parent / "src" / "orderloom"
CODES: dict[str, dict[str, str]] = tomllib.loads((SOURCE / "domain" / "codes.toml").read_text("utf-8"))
_PLACE = re.compile(r"\{(\w*)[^}]*\}")


def _refused() -> dict[str, str]:
    """Code → file, of every Refused("…") with a literal code."""
    found = {}
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Call(
                    func=ast.Name(id="Refused") | ast.Attribute(attr="Refused"), args=[ast.Constant(value=code), *_]
                ):
                    found[code] = str(path.relative_to(SOURCE))
    return found


def test_every_refusal_is_in_the_catalogue() -> None:
    assert {code: where for code, where in _refused().items() if code not in CODES} == {}


def test_every_code_of_the_catalogue_is_used() -> None:
    files = [path for kind in ("*.py", "*.json", "*.toml") for path in SOURCE.rglob(kind) if path.name != "codes.toml"]
    quoted = set(re.findall(r"""["']([a-z_]+\.[a-z0-9_]+)["']""", "".join(path.read_text("utf-8") for path in files)))
    assert [code for code in CODES if code not in quoted] == []


@pytest.mark.parametrize("code", CODES)
def test_a_code_speaks_both_languages_and_fills_the_same_places(code: str) -> None:
    assert re.fullmatch(r"[a-z_]+\.[a-z0-9_]+", code)
    texts = CODES[code]
    assert {"zh", "en"} <= set(texts) <= {"zh", "en", "status"}
    assert set(_PLACE.findall(texts["zh"])) == set(_PLACE.findall(texts["en"]))
    assert re.search(r"[\u4e00-\u9fff]", texts["zh"]) and not re.search(r"[\u4e00-\u9fff]", texts["en"])


def test_a_status_is_one_that_every_operation_tells_of() -> None:
    assert {str(each) for each in get_args(codes.Status)} <= schemas.PROBLEMS.keys()
    stated = {each.status for each in codes.catalogue().values()}
    assert stated == set(get_args(codes.Status)), "no status is allowed that no code has"
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"zh": "一", "en": "a", "status": 418}, codes.Code)


def test_what_is_not_there_is_404_and_what_rules_make_up_is_409() -> None:
    assert codes.status("order.unknown") == 404
    assert codes.status("busy.try_again") == 503
    assert codes.status("verb.unknown") == codes.status("our_rule.says_no") == 409
