"""What is wrong with a document, and where: an editor shows each finding at its cell."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal

import msgspec


class Finding(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something wrong. `code` stands in codes.toml; `path` is a JSON Pointer (RFC 6901) into the document's content,
    "" for the whole. An error forbids publishing, a warning is shown."""

    code: str
    path: str = ""
    level: Literal["error", "warning"] = "error"
    data: Mapping[str, Any] = {}


def publishable(found: Iterable[Finding]) -> bool:
    """Whether no finding is an error."""
    return all(finding.level != "error" for finding in found)


def pointer(*segments: str | int) -> str:
    """A JSON Pointer to the place that the segments name."""
    return "".join("/" + str(segment).replace("~", "~0").replace("/", "~1") for segment in segments)
