"""Work in a process of its own: bounded in memory, killed by who began it, so that a back-test fills two cores and
nothing of a draft runs where people are served."""

import os
import pathlib
import resource
import struct
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from typing import IO, Self

import msgspec

from orderloom.kit import limits

_FRAME = struct.Struct(">I")


class Broke(Exception):
    """A process ended before it had told all; the argument is its last words."""


class Process:
    """A module that runs in another process and tells what it was asked; end it, or use it as a context manager."""

    def __init__(self, module: str, asked: msgspec.Struct) -> None:
        self._words = tempfile.TemporaryFile()  # noqa: SIM115  # A pipe that nobody reads would stop it.
        self._process = subprocess.Popen(
            [sys.executable, "-m", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._words,
            env={**os.environ, "PYTHONPATH": str(pathlib.Path(__file__).parents[2])},
        )
        assert self._process.stdin is not None
        self._process.stdin.write(msgspec.json.encode(asked))
        self._process.stdin.close()

    def told(self) -> Iterator[bytes]:
        """What it tells, frame by frame. Raises Broke."""
        assert self._process.stdout is not None
        while (frame := _read(self._process.stdout)) is not None:
            yield frame
        if self._process.wait() != 0:
            self._words.seek(0)
            raise Broke(self._words.read().decode("utf-8", "replace").strip()[-500:])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._process.wait()
        self._words.close()


def serve(tell: Callable[[bytes], Iterable[bytes]]) -> None:
    """What such a module does when it is run: tell what it is asked. When nobody listens any more, it ends."""
    resource.setrlimit(resource.RLIMIT_AS, (limits.BACKTEST_MEMORY_BYTES_MAX, limits.BACKTEST_MEMORY_BYTES_MAX))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for frame in tell(sys.stdin.buffer.read()):
        left = memoryview(_FRAME.pack(len(frame)) + frame)
        while left:  # A signal may end a write to a pipe halfway; what a buffer made of that was seen to lose the rest.
            left = left[os.write(sys.stdout.fileno(), left) :]


def _read(stream: IO[bytes]) -> bytes | None:
    head = stream.read(_FRAME.size)
    return stream.read(_FRAME.unpack(head)[0]) if len(head) == _FRAME.size else None
