"""Lists as parameters, written in one go.

psycopg looks at every item twice to find out the array's type and calls a dumper for each. Every statement here says
its arrays' types (`%(skus)s::text[]`), so it is enough to write items of one kind as text and let the server read
them by the type that the statement says. That is a tenth of the time for a batch's columns.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Iterable
from typing import Any

from psycopg.adapt import PyFormat
from psycopg.types import array

Write = Callable[[list[Any]], Iterable[str]]


def _texts(items: list[Any]) -> Iterable[str]:
    # Always between quotes, so that "", "NULL", blanks and delimiters need no look.
    return ['"' + each.replace("\\", "\\\\").replace('"', '\\"') + '"' for each in items]


def _bytes(items: list[Any]) -> Iterable[str]:
    return ['"\\\\x' + each.hex() + '"' for each in items]


def _flags(items: list[Any]) -> Iterable[str]:
    return ["t" if each else "f" for each in items]


def _quoted(items: list[Any]) -> Iterable[str]:
    return [f'"{each}"' for each in items]


_WRITE: dict[type, Write] = {
    str: _texts,
    bytes: _bytes,
    bool: _flags,
    int: lambda items: map(int.__repr__, items),
    uuid.UUID: lambda items: [f"{each.int:032x}" for each in items],
    dt.datetime: _quoted,
    dt.date: _quoted,
}


class Dumper(array.ListDumper):
    """Writes lists whose items are all of one plain type or None; any other list goes psycopg's way."""

    def get_key(self, obj: list[Any], format: PyFormat) -> Any:
        """The list's class alone where no item needs to be looked at."""
        return self.cls if _plain(obj) else super().get_key(obj, format)

    def upgrade(self, obj: list[Any], format: PyFormat) -> Any:
        """This dumper where no item needs to be looked at."""
        return self if _plain(obj) else super().upgrade(obj, format)

    def dump(self, obj: list[Any]) -> Any:
        """The array's text."""
        kind = _plain(obj) if self.sub_dumper is None else None
        if kind is None:
            return super().dump(obj)
        write = _WRITE[kind]
        if None in obj:
            written = iter(write([each for each in obj if each is not None]))
            return ("{" + ",".join("NULL" if each is None else next(written) for each in obj) + "}").encode()
        return ("{" + ",".join(write(obj)) + "}").encode()


def _plain(items: list[Any]) -> type | None:
    """The one type of the items that are not None, if it can be written here."""
    kinds = set(map(type, items))
    kinds.discard(type(None))
    if len(kinds) != 1:
        return None
    kind = kinds.pop()
    return kind if kind in _WRITE else None
