"""Errands: runs of flows that are about no order and no record. Each is a subject of its own in the log, and its state
is the runs that it has open: its own, and those of the flows below it.
"""

import uuid
from collections.abc import Iterable

import msgspec

from orderloom.domain.flows import history
from orderloom.domain.flows.runs import Run
from orderloom.domain.orders import events

KIND = "errand"


class Errand(msgspec.Struct, omit_defaults=True):
    """An errand as its events made it; one without open runs is over."""

    errand_id: uuid.UUID
    flow: str
    n: int = 0
    runs: list[Run] = []


def fold(errand_id: uuid.UUID, said: Iterable[events.FlowEvent]) -> Errand | None:
    """The errand that these events make; None when there are none."""
    errand: Errand | None = None
    for event in said:
        errand = evolve(errand, errand_id, event)
    return errand


def evolve(errand: Errand | None, errand_id: uuid.UUID, event: events.FlowEvent) -> Errand:
    """Apply one event; the first begins the run whose flow the errand is named by."""
    if errand is None:
        assert isinstance(event, events.FlowStarted), "an errand begins with flow.started"
        errand = Errand(errand_id, event.started.flow)
    return Errand(errand_id, errand.flow, errand.n + 1, history.evolve(errand.runs, event))
