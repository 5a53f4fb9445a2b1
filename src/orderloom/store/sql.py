"""Named statements from a `.sql` file beside a module: `Q = sql.load(__file__)`, then `Q.lock_pools`.

    -- name: lock_pools
    -- Lock the pools of a batch in key order, so that two batches never wait for each other.
    select ... where sku = any(%(skus)s::text[]) order by sku for update;

The lines of comment below the name say what the statement means. A statement that PostgreSQL cannot PREPARE
(definitions, COPY, LOCK) says so with a line `-- ddl` and may hold `{identifiers}`, filled by `Q.define`.

What many statements say word for word is a `-- fragment: order_in_scope` of one file, and stands in theirs as
`{{viewer.order_in_scope}}`: the fragment of that name in the `viewer.sql` of the same folder, in parentheses.
"""

import functools
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import LiteralString, cast

from psycopg.sql import SQL, Composable, Composed, Identifier, Literal

__all__ = [
    "Identifier",
    "Literal",
    "Statements",
    "Wrong",
    "fragments",
    "identifiers",
    "joined",
    "load",
    "minus",
    "numbered",
    "parameters",
    "read",
    "together",
]

_NAME = re.compile(r"^-- (name|fragment): ([a-z][a-z0-9_]*)[ \t]*$", re.MULTILINE)
_FRAGMENT = re.compile(r"\{\{(\w+)\.(\w+)\}\}")
_PARAMETER = re.compile(r"%\((\w+)\)([stb])|%%|%(.)")


class Wrong(Exception):
    """A `.sql` file is not written as this module reads it."""


class Statements:
    """The statements of one file, by attribute; an unknown name is an AttributeError that lists the known ones."""

    def __init__(self, path: Path, texts: Mapping[str, str], definitions: frozenset[str]) -> None:
        self._path = path
        self._texts = texts
        self._definitions = definitions

    def __getattr__(self, name: str) -> LiteralString:
        try:
            return cast(LiteralString, self._texts[name])
        except KeyError:
            raise AttributeError(f"{self._path.name} has no {name!r}, only {', '.join(self._texts)}") from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def is_definition(self, name: str) -> bool:
        """Whether the statement is marked `-- ddl`: not to be prepared."""
        return name in self._definitions

    def define(self, statement: str, /, **places: Composable) -> Composed:
        """The statement with its `{places}` filled by `Identifier` or `Literal`."""
        return SQL(self.__getattr__(statement)).format(**places)


def load(module_file: str) -> Statements:
    """Read the `.sql` file beside a module (`sql.load(__file__)`). Raises Wrong."""
    return read(Path(module_file).with_suffix(".sql"))


def read(path: Path) -> Statements:
    """Read one `.sql` file. Raises Wrong when a name comes twice, when a fragment is not there, or when anything stands
    before the first name."""
    texts: dict[str, str] = {}
    definitions = set()
    for kind, name, text in _parts(path):
        if kind == "fragment":
            continue
        if re.search(r"^-- ddl$", text, re.MULTILINE):
            definitions.add(name)
        texts[name] = _FRAGMENT.sub(functools.partial(_place, path.parent), _bare(text))
    return Statements(path, texts, frozenset(definitions))


@functools.cache
def fragments(path: Path) -> Mapping[str, str]:
    """The fragments of one `.sql` file. Raises Wrong as `read` does."""
    return {name: _bare(text) for kind, name, text in _parts(path) if kind == "fragment"}


def _parts(path: Path) -> Iterator[tuple[str, str, str]]:
    """Kind, name and text of all that a file holds."""
    head, *parts = _NAME.split(path.read_text("utf-8"))
    if any(line.strip() and not line.startswith("--") for line in head.splitlines()):
        raise Wrong(f"{path}: a statement stands before the first `-- name:`")
    seen = set()
    for kind, name, body in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
        if name in seen:
            raise Wrong(f"{path}: the name {name!r} comes twice")
        seen.add(name)
        text = body.strip()
        if not _bare(text):
            raise Wrong(f"{path}: {name!r} has no statement")
        yield kind, name, text


def _place(folder: Path, found: re.Match[str]) -> str:
    stem, name = found.groups()
    path = folder / f"{stem}.sql"
    there = fragments(path) if path.is_file() else {}
    if name not in there:
        raise Wrong(f"{path} has no fragment {name!r}, only {', '.join(there)}")
    return f"({there[name]})"


def parameters(text: str) -> list[str]:
    """The names of the statement's parameters, each once, in order of appearance."""
    return list(dict.fromkeys(match[1] for match in _PARAMETER.finditer(text) if match[1]))


def numbered(text: str) -> str:
    """The statement as PREPARE takes it: `%(name)s` as `$n`, `%%` as `%`. Raises Wrong on a lone percent sign."""
    names = parameters(text)

    def place(match: re.Match[str]) -> str:
        if match[1]:
            return f"${names.index(match[1]) + 1}"
        if match[3]:
            raise Wrong(f"write %% for a percent sign: {text[max(0, match.start() - 20) : match.end() + 20]!r}")
        return "%"

    return _PARAMETER.sub(place, text)


def joined(parts: Sequence[Composable]) -> Composed:
    """The parts with commas between them."""
    return SQL(", ").join(parts)


def together(parts: Sequence[Composable]) -> Composed:
    """The parts one after the other, a line each."""
    return SQL("\n").join(parts)


def identifiers(names: Sequence[str]) -> Composed:
    """Quoted names with commas between them."""
    return joined([Identifier(name) for name in names])


def texts(values: Collection[str] | None) -> Composed:
    """A literal list of texts, or null of that type."""
    return SQL("{}::text[]").format(Literal(None if values is None else sorted(values)))


def numbers(values: Collection[Decimal]) -> Composed:
    """A literal list of exact numbers."""
    return SQL("{}::numeric[]").format(Literal(sorted(values)))


def minus(column: str, amount: int, *, least: int) -> Composed:
    """A column less a whole number of at least 0, under the column's own name; never below `least`."""
    lowest = Literal(least + amount)
    return SQL("greatest({}, {}) - {} as {}").format(Identifier(column), lowest, Literal(amount), Identifier(column))


def _bare(text: str) -> str:
    """Without the description and the last semicolon; comments inside stay, PostgreSQL skips them."""
    lines = text.splitlines()
    while lines and (not lines[0].strip() or lines[0].startswith("--")):
        lines.pop(0)
    return "\n".join(lines).strip().removesuffix(";").rstrip()
