"""A piece of work on a draft in a process of its own, with bounded memory, that is killed when its time is up.

The engine has no time limit and one evaluation holds the interpreter, so nothing of a draft runs in this process.
"""

import os
import pathlib
import resource
import select
import subprocess
import sys
from collections.abc import Callable

from orderloom.kit import limits

_START_SECONDS_MAX = 30


class TooSlow(Exception):
    """The work did not end within its seconds and was killed."""


class Broke(Exception):
    """The process ended by itself without an answer; its exit code is the first argument."""


def ask(module: str, asked: bytes, *, seconds: int) -> bytes:
    """What the module's `serve` answers to the bytes; raises TooSlow or Broke. The time counts from its being ready."""
    process = subprocess.Popen(
        [sys.executable, "-m", module, str(seconds)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(pathlib.Path(__file__).parents[2])},
    )
    with process:
        try:
            assert process.stdout is not None
            select.select([process.stdout], [], [], _START_SECONDS_MAX)
            answer, _ = process.communicate(asked, timeout=seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            raise TooSlow from None
    if process.returncode != 0:
        raise Broke(process.returncode)
    return answer.split(b"\n", 1)[1]


def serve(answer: Callable[[bytes], bytes]) -> None:
    """The other side: bound this process, say that it is ready, read one question, write its answer."""
    seconds = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (limits.CASE_MEMORY_BYTES_MAX, limits.CASE_MEMORY_BYTES_MAX))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds + 1, seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdout.buffer.write(answer(sys.stdin.buffer.read()))
