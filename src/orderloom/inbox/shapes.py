"""A file's shape: which columns it has. Remembered, so that the next file of the same shape finds its mapping."""

import hashlib
from collections.abc import Iterable, Sequence

from orderloom.domain.mappings import paths
from orderloom.kit import limits


def fingerprint(header: Iterable[str]) -> str:
    """The shape's name: 32 hex digits over the set of normal column names, in whatever order they stand."""
    names = sorted({paths.normal(name) for name in header} - {""})
    return hashlib.sha256("\x1f".join(names).encode()).hexdigest()[:32]


def header_row(rows: Sequence[Sequence[str]], *, known: frozenset[str] = frozenset()) -> int | None:
    """Which of a file's first rows names the columns; None if none can.

    With `known` normal names: the row that holds most of them. Without, or where none holds one: the first row
    that is at least half as wide as the widest, whose cells are all different and not numbers, titles and notes
    above a table being narrow.
    """
    searched = rows[: limits.HEADER_ROWS_SEARCHED]
    hits = [len({paths.normal(cell) for cell in row} & known) for row in searched]
    if known and max(hits, default=0) > 0:
        return hits.index(max(hits))
    widths = [sum(1 for cell in row if cell.strip()) for row in searched]
    widest = max(widths, default=0)
    for at, row in enumerate(searched):
        cells = [paths.normal(cell) for cell in row if cell.strip()]
        if cells and widths[at] * 2 >= widest and len(set(cells)) == len(cells) and not any(map(_numeric, cells)):
            return at
    return None


def columns(row: Sequence[str]) -> list[str]:
    """The header's names: blanks at the end dropped, an empty one called `#3`, a repeated one given its ordinal."""
    names = list(row)
    while names and not names[-1].strip():
        names.pop()
    seen: dict[str, int] = {}
    found: list[str] = []
    for at, name in enumerate(names, 1):
        key = paths.normal(name)
        seen[key] = seen.get(key, 0) + 1
        if not key:
            found.append(f"#{at}")
        else:
            found.append(name if seen[key] == 1 else f"{name} ({seen[key]})")
    return found


def _numeric(cell: str) -> bool:
    return cell.replace(".", "", 1).replace(",", "").lstrip("+-").isdecimal()
