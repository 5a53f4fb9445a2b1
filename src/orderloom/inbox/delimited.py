"""Delimited text (CSV, TSV …) read row by row: a broken row is refused alone and kept, the others go on."""

import collections
import csv
import io
from collections.abc import Iterator
from typing import BinaryIO

from orderloom.inbox import encodings
from orderloom.kit import limits

csv.field_size_limit(limits.RECORD_BYTES_MAX + 1)  # The csv module's own bound is process-wide; ours is per row.

_DELIMITERS = ",\t;|"
_SAMPLE_LINES = 50


class Unclosed(list[str]):
    """A record that never ended: a quote was opened and not closed. Its one cell is the physical line."""


class Records:
    """The records of a text file, each a list of cells; iterating twice reads twice. Leaves nothing out."""

    def __init__(self, file: BinaryIO, *, encoding: str, delimiter: str = "") -> None:
        self.encoding = encoding
        self._file = file
        self.skipped = 0
        lines = [line for line in self._sample() if line.strip()]
        if lines and lines[0].strip().strip('"').lower().startswith("sep=") and len(lines[0].strip().strip('"')) == 5:
            delimiter = delimiter or lines[0].strip().strip('"')[4]
            self.skipped = 1  # Excel's own hint, not a row of data.
        self.delimiter = delimiter or _sniffed(lines)

    def _opened(self) -> io.TextIOWrapper:
        self._file.seek(0)
        return io.TextIOWrapper(self._file, self.encoding, errors=encodings.errors(self.encoding), newline="")

    def _sample(self) -> list[str]:
        text = self._opened()
        try:
            return [text.readline(limits.FIELD_BYTES_MAX) for _ in range(_SAMPLE_LINES)]
        finally:
            text.detach()

    def __iter__(self) -> Iterator[list[str]]:
        text = self._opened()
        try:
            lines = _Lines(text)
            reader = csv.reader(lines, delimiter=self.delimiter)
            for at, record in enumerate(_records(reader, lines)):
                if at >= self.skipped:
                    yield record
        finally:
            text.detach()  # Closing the wrapper would close the file.


class _Lines:
    """Feeds physical lines to the csv reader and remembers those of the record being read."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text
        self._again: collections.deque[str] = collections.deque()
        self.taken: list[str] = []
        self._chars = 0
        self.cut = False

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        """The next physical line; the end, too, when the record has grown beyond its bounds."""
        if len(self.taken) >= limits.RECORD_LINES_MAX or self._chars > limits.RECORD_BYTES_MAX:
            self.cut = True
            raise StopIteration
        line = self._again.popleft() if self._again else self._text.readline(limits.RECORD_BYTES_MAX)
        if not line:
            self.cut = bool(self.taken)
            raise StopIteration
        self.taken.append(line)
        self._chars += len(line)
        return line

    def began(self) -> None:
        """A new record begins."""
        self.taken, self._chars, self.cut = [], 0, False

    def give_back(self) -> str:
        """Return the record's first line, and queue its others to be read again as records of their own."""
        first, *others = self.taken
        self._again.extendleft(reversed(others))
        return first


def _records(reader: Iterator[list[str]], lines: _Lines) -> Iterator[list[str]]:
    while True:
        lines.began()
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error:  # A field beyond the module's bound.
            yield Unclosed([lines.give_back()])
            continue
        if lines.cut:
            yield Unclosed([lines.give_back()])
        else:
            yield record


def _sniffed(lines: list[str]) -> str:
    """The delimiter that cuts most lines into the same number of cells, more than one; a comma if none does."""
    best, best_score = ",", 0.0
    for delimiter in _DELIMITERS:
        widths = collections.Counter(len(row) for row in csv.reader(lines, delimiter=delimiter) if row)
        width, count = widths.most_common(1)[0] if widths else (1, 0)
        score = count / max(sum(widths.values()), 1) * (1 + min(width, 50) / 100) if width > 1 else 0.0
        if score > best_score:
            best, best_score = delimiter, score
    return best
