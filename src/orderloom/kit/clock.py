"""The clock is read at a door and passed in; nothing below a door asks what time it is."""

import datetime as dt
import time


def now() -> dt.datetime:
    """The current instant in UTC, for doors and loops only."""
    return dt.datetime.now(dt.UTC)


def ticks() -> float:
    """Seconds of a clock that never goes back, for waits and deadlines; its zero means nothing."""
    return time.monotonic()
