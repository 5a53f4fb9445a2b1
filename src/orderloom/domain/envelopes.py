"""Envelopes: an event as other systems get it, as CloudEvents 1.0 has it (https://cloudevents.io). Pure."""

import datetime as dt
import uuid
from typing import Any

import msgspec


class CloudEvent(msgspec.Struct, frozen=True, kw_only=True):
    """An event. `id` stays the same however often it is sent; `sequence` is its position, gapless within `source`.

    `recordedtime`, `sequence` are documented extensions of the standard; `actor`, `origin` and `revision` are ours: who
    did it, which system is trusted for it, and the revision of the workspace's documents that decided it.
    """

    id: str
    source: str
    type: str
    subject: str
    time: dt.datetime
    data: dict[str, Any]
    sequence: str
    recordedtime: dt.datetime
    actor: str
    origin: str
    revision: int
    specversion: str = "1.0"
    datacontenttype: str = "application/json"


def source(workspace: str) -> str:
    """What the events of a workspace come from."""
    return f"/orderloom/{workspace}"


def id_of(subject: uuid.UUID, n: int) -> str:
    """The id of an event: its subject and its number there."""
    return f"{subject}-{n}"
