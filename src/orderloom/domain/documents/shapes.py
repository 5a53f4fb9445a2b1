"""What kinds of documents share: a schema made of the type that reads the content, and text in both languages."""

import re
from typing import Annotated, Any

import msgspec

Name = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_]{0,63}$", description="Lower-case letters, digits and _.")]
Label = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")


class Titled(msgspec.Struct, frozen=True):
    """What people call it, in both languages."""

    zh: Label
    en: Label


def schema(type_: Any) -> dict[str, Any]:
    """The JSON Schema of a content that this type reads."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **msgspec.json.schema(type_)}
