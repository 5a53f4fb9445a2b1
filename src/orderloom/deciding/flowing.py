"""The runs of flows that a batch is at: kept beside the state until the batch has come to rest."""

import uuid
from typing import Any

import msgspec

from orderloom.domain import approvals
from orderloom.domain.flows import engine
from orderloom.domain.flows.definition import Plan
from orderloom.domain.flows.runs import Run
from orderloom.domain.orders import events


class Active(msgspec.Struct):
    """A run that goes on in this batch. `existed` tells that it waited before; `said` is what happened in it since,
    `did` whether it asked for anything, `gave` what its nodes wanted done by the number of their branch."""

    run: Run
    plan: Plan
    existed: bool = False
    said: list[events.FlowEvent] = []
    path: list[str] = []
    did: bool = False
    gave: dict[int, engine.Effect] = {}


class Flowing(msgspec.Struct):
    """All runs of a batch by order, the commands they gave by id, and how many rounds of reactions an order has had."""

    active: dict[uuid.UUID, list[Active]] = {}
    given: dict[uuid.UUID, tuple[Active, int]] = {}
    rounds: dict[uuid.UUID, int] = {}
    outgoing: list[Any] = []
    timers: list[Any] = []
    askings: list[approvals.Asking] = []
    paths: dict[uuid.UUID, list[dict[str, Any]]] = {}
    kept: list[tuple[uuid.UUID, Run]] = []
    # The runs that what is no order has open, for whoever books beside them.
    opened: dict[uuid.UUID, list[Run]] = {}
    said_by: dict[uuid.UUID, tuple[str, str, Any]] = {}
