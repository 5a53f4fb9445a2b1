"""Cursors: where a page ended, as text that callers hand back and never read."""

import base64
import binascii
from typing import Any

import msgspec


class Unreadable(ValueError):
    """The text is no cursor of this list."""


def write(*values: Any) -> str:
    """The cursor after a row with these sort values."""
    return base64.urlsafe_b64encode(msgspec.json.encode(values)).decode().rstrip("=")


def read(cursor: str, types: tuple[Any, ...]) -> tuple[Any, ...]:
    """The sort values in a cursor. Raises Unreadable."""
    try:
        raw = base64.urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4))
        return msgspec.json.decode(raw, type=tuple[types])  # type: ignore[valid-type]
    except (binascii.Error, msgspec.DecodeError, UnicodeError, ValueError) as problem:
        raise Unreadable(cursor) from problem
