"""Reading ahead: what comes next is prepared in a thread of its own while the database works on what is at hand."""

import queue
import threading
from collections.abc import Generator, Iterator
from typing import Any, TypeVar

T = TypeVar("T")

_POLL_SECONDS = 0.1


class _Failed:
    """Carries what went wrong over to whoever waits."""

    def __init__(self, error: BaseException) -> None:
        self.error = error


_END = object()


def read(source: Iterator[T], *, most: int) -> Generator[T, None, None]:
    """What the source gives, in its order, at most `most` ahead; what it raises is raised in its place.

    Close it, or read it to the end: the thread has ended then.
    """
    waiting: queue.Queue[Any] = queue.Queue(most)
    stopping = threading.Event()

    def put(each: Any) -> bool:
        while not stopping.is_set():
            try:
                waiting.put(each, timeout=_POLL_SECONDS)
            except queue.Full:
                continue
            return True
        return False

    def fill() -> None:
        try:
            for each in source:
                if not put(each):
                    return
        except BaseException as error:  # Whoever waits hears of it.
            put(_Failed(error))
        else:
            put(_END)

    thread = threading.Thread(target=fill, name="read-ahead", daemon=True)
    thread.start()
    try:
        while (each := waiting.get()) is not _END:
            if isinstance(each, _Failed):
                raise each.error
            yield each
    finally:
        stopping.set()
        thread.join()
