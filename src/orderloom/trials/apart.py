"""One world in a process of its own: bounded in memory, killed with its back-test, so that two worlds fill two cores
and nothing of a draft runs where people are served."""

import os
import pathlib
import resource
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from typing import IO

import msgspec

from orderloom.domain import geography
from orderloom.kit import divisions, garbage, limits
from orderloom.store import database as db
from orderloom.trials import drafts, results, worlds

_FRAME = struct.Struct(">I")


class Asked(msgspec.Struct, frozen=True):
    """A world to be told: `tried` stand in place of the documents of their kind and name, or beside them."""

    url: str
    workspace: str
    period: worlds.Period
    tried: list[drafts.Draft] = []
    telling: bool = False


class Broke(Exception):
    """A world ended before all of it was told; the argument is its last words."""


class Process:
    """A world that is being told in another process; end it, or use it as a context manager."""

    def __init__(self, asked: Asked) -> None:
        self._words = tempfile.TemporaryFile()  # noqa: SIM115  # A pipe that nobody reads would stop it.
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._words,
            env={**os.environ, "PYTHONPATH": str(pathlib.Path(__file__).parents[2])},
        )
        assert self._process.stdin is not None
        self._process.stdin.write(msgspec.json.encode(asked))
        self._process.stdin.close()

    def told(self) -> Iterator[list[results.Placed]]:
        """What the world tells, batch by batch. Raises Broke."""
        assert self._process.stdout is not None
        while (frame := _read(self._process.stdout)) is not None:
            yield msgspec.msgpack.decode(frame, type=list[results.Placed])
        if self._process.wait() != 0:
            self._words.seek(0)
            raise Broke(self._words.read().decode("utf-8", "replace").strip()[-500:])

    def __enter__(self) -> "Process":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._process.wait()
        self._words.close()


def _read(stream: IO[bytes]) -> bytes | None:
    head = stream.read(_FRAME.size)
    return stream.read(_FRAME.unpack(head)[0]) if len(head) == _FRAME.size else None


def _tell(asked: Asked, out: IO[bytes]) -> None:
    with db.Database(asked.url, size=1) as database, database.workspace(asked.workspace) as connection:
        connection.execute(worlds.Q.steady)
        reference = drafts.reference(connection, asked.tried, places=geography.places(divisions.rows()))
        garbage.settle()
        for placed in worlds.World(connection, reference, telling=asked.telling).place(asked.period):
            frame = msgspec.msgpack.encode(placed)
            out.write(_FRAME.pack(len(frame)) + frame)
            out.flush()


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (limits.BACKTEST_MEMORY_BYTES_MAX, limits.BACKTEST_MEMORY_BYTES_MAX))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _tell(msgspec.json.decode(sys.stdin.buffer.read(), type=Asked), sys.stdout.buffer)
