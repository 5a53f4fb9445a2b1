"""Whether a document is fit: bounded, of its kind's shape, and whatever its kind finds beyond the shape."""

import functools
import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

import jsonschema_rs
import msgspec

from orderloom.domain.documents.findings import Finding, pointer
from orderloom.domain.documents.kinds import Content, Kind, Known
from orderloom.kit import limits
from orderloom.kit.refusals import Refused

_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")


def refuse(name: str, content: Any) -> Refused | None:
    """Why this cannot even be kept as a draft: its name, its depth, its size, a number that no field holds. Time and
    memory are bounded by these."""
    if not _NAME.fullmatch(name):
        return Refused("document.bad_name", {"name": name[:80]})
    depth, values, bits = _measure(content)
    if depth > limits.DOCUMENT_DEPTH_MAX:
        return Refused("document.too_deep", {"name": name, "most": limits.DOCUMENT_DEPTH_MAX})
    if values > limits.DOCUMENT_VALUES_MAX:
        return Refused("document.too_many_values", {"name": name, "most": limits.DOCUMENT_VALUES_MAX})
    if bits > limits.DOCUMENT_NUMBER_BITS_MAX:
        return Refused("document.number_too_large", {"name": name, "bits": limits.DOCUMENT_NUMBER_BITS_MAX})
    size = len(msgspec.json.encode(content))
    if size > limits.DOCUMENT_BYTES_MAX:
        return Refused("document.too_large", {"name": name, "bytes": size, "most": limits.DOCUMENT_BYTES_MAX})
    return None


def check(kind: Kind, name: str, content: Content, known: Known) -> list[Finding]:
    """All that is wrong with a document that `refuse` lets pass: its shape first, then what its kind finds."""
    misshapen = list(islice(_misshapen(kind, content), limits.DOCUMENT_FINDINGS_MAX))
    return misshapen or kind.check(name, content, known)[: limits.DOCUMENT_FINDINGS_MAX]


def _measure(content: Any) -> tuple[int, int, int]:
    """How deep, how many values, the bits of the longest integer, without recursion; stops beyond the bounds."""
    level, depth, values, bits = [content], 0, 0, 0
    while level:
        values += len(level)
        if depth > limits.DOCUMENT_DEPTH_MAX or values > limits.DOCUMENT_VALUES_MAX:
            break
        depth += 1
        bits = max(bits, max((each.bit_length() for each in level if isinstance(each, int)), default=0))
        level = [each for one in level if isinstance(one, dict | list)
                 for each in (one.values() if isinstance(one, dict) else one)]  # fmt: skip
    return depth, values, bits


def _misshapen(kind: Kind, content: Content) -> Iterator[Finding]:
    for error in _validator(msgspec.json.encode(kind.schema)).iter_errors(content):
        place = list(error.instance_path)
        said = error.kind
        match said:
            case jsonschema_rs.ValidationErrorKind.Required():
                yield Finding("document.field_missing", pointer(*place, str(said.property)))
            case jsonschema_rs.ValidationErrorKind.AdditionalProperties():
                for each in said.unexpected:
                    yield Finding("document.field_unknown", pointer(*place, str(each)))
            case jsonschema_rs.ValidationErrorKind.Enum():
                data = {"value": _shown(error.instance), "options": said.options}
                yield Finding("document.value_unknown", pointer(*place), data=data)
            case _:
                yield Finding("document.misshapen", pointer(*place), data={"problem": error.message[:300]})


def _shown(value: Any) -> str:
    return msgspec.json.encode(value).decode()[:200]


@functools.lru_cache(maxsize=64)
def _validator(schema: bytes) -> Any:
    return jsonschema_rs.Draft202012Validator(msgspec.json.decode(schema))


def places_of(kind: str, name: str, finding: Finding) -> Mapping[str, Any]:
    """What fills the finding's words: the document, the path, and the finding's own data."""
    return {"kind": kind, "name": name, "path": finding.path or "/", **finding.data}
