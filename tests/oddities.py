"""Odd values for tests of doors: a value as JSON with one of them at one place after the other."""

import copy
from collections.abc import Iterator
from typing import Any

import msgspec

MARK = b'"orderloom-mark"'
# As JSON: what PostgreSQL cannot store, no UTF-8 can say, no 64 bits hold; the ends of the calendar; depth; odd types.
ODD = [
    b'"a\\u0000b"',
    b'"\\ud800"',
    b"1" + b"0" * 400,
    b"-" + b"9" * 25,
    b"1.7976931348623157e308",
    b'"0001-01-01T00:00:00+14:00"',
    b'"9999-12-31T23:59:59.999999-14:00"',
    b"[" * 900 + b"]" * 900,
    b'{"a":' * 60 + b"1" + b"}" * 60,
    b'"' + "\u202e\ufeff\U0001f600".encode() * 40 + b'"',
    b'""',
    b"null",
    b"true",
    b"[]",
    b"{}",
]
NO_BODIES = [b"", b"\xff\xfe", b"{", b"[" * 100_000, b'"\xed\xa0\x80"', b"null", b"\xef\xbb\xbf{}"]


def marked(value: Any) -> Iterator[bytes]:
    """The value as JSON, with the mark at one place after the other."""
    for place in _places(value):
        whole = copy.deepcopy(value)
        inner = whole
        for step in place[:-1]:
            inner = inner[step]
        inner[place[-1]] = "orderloom-mark"
        yield msgspec.json.encode(whole)


def _places(value: Any) -> Iterator[tuple[Any, ...]]:
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in steps:
        yield (step,)
        for place in _places(inner):
            yield (step, *place)
