"""Who serves from a data folder: each `up` holds the folder's lock as long as it lives, beside others that do so too.

The kernel frees the lock when its holder dies, so a killed `up` keeps nobody from stopping the server.
"""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from orderloom.kit.refusals import Refused


@contextlib.contextmanager
def serving(data: Path) -> Iterator[None]:
    """Be known as one that serves from the folder; waits while a server that nobody uses is being stopped."""
    with _opened(data) as descriptor:
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        yield


@contextlib.contextmanager
def ending(data: Path) -> Iterator[bool]:
    """Whether nobody serves from the folder; nobody begins to while this lasts."""
    with _opened(data) as descriptor:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


@contextlib.contextmanager
def _opened(data: Path) -> Iterator[int]:
    from orderloom.store import embedded

    try:
        descriptor = os.open(data / "up.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as problem:
        refused = Refused("embedded.folder_closed", {"folder": str(data), "problem": problem.strerror})
        raise embedded.FolderNotOurs(refused) from problem
    try:
        yield descriptor
    finally:
        os.close(descriptor)
