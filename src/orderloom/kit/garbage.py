"""The collector of reference cycles, set for processes that live long and make many short-lived objects."""

import gc

_YOUNG = 50_000


def settle() -> None:
    """Call once when a process has built what it keeps for life.

    What stands then is never looked at again, and the young are looked at seldom: a batch of 200 orders makes some
    hundred thousand objects that all go by their reference counts, and looking for cycles among them costs an
    eighth of the time (docs/why/performance.md).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, 20, 20)
