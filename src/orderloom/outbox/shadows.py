"""Shadows follow the log as readers do, each at its own pace and apart from them, since deciding takes longer."""

import datetime as dt
import uuid

import structlog

from orderloom.actions.hub import Hub
from orderloom.deciding.reference import Reference
from orderloom.kit import limits
from orderloom.outbox import relay
from orderloom.store import database as db
from orderloom.store import relay as relay_store
from orderloom.store import shadows as shadows_store
from orderloom.trials import drafts, shadows

_log = structlog.get_logger(__name__)


def step(hub: Hub, *, now: dt.datetime) -> bool:
    """Let the shadow that is furthest behind decide the next new orders; whether there were any to decide."""
    with hub.database.workspace(hub.workspace) as connection:
        taken = shadows_store.take(connection)
        if taken is None:
            return False
        seals = relay_store.seals_after(connection, position=taken.position, count=1)
        said = relay.read(connection, seals, kinds=frozenset({"order"}))
        new = [each.subject for each in said if each.n == 1]
        try:
            with connection.transaction():
                found = _find(hub, connection, taken, new)
        except db.GONE:
            raise
        except Exception as error:  # A draft that breaks on real orders ends here, not the worker.
            _log.exception("shadow broke", shadow_id=str(taken.shadow_id), workspace=hub.workspace)
            shadows_store.end(connection, taken.shadow_id, because=f"{type(error).__name__}: {error}"[:500], at=now)
            return True
        shadows_store.advance(connection, taken, found, position=seals[-1].last_position)
    return True


def _find(hub: Hub, connection: db.Connection, taken: shadows_store.Taken, new: list[uuid.UUID]) -> shadows_store.Found:
    live = hub.reference(connection)
    compared: list[shadows.Compared] = []
    for start in range(0, len(new), limits.BATCH_ORDERS_MAX):
        part = new[start : start + limits.BATCH_ORDERS_MAX]
        drafted = _drafted(hub, connection, live, taken)
        compared += shadows.compare(connection, part, live=live, drafted=drafted)
    changes = [
        shadows_store.Change(each.order_id, each.order_no, each.at, each.fields) for each in compared if each.fields
    ]
    return shadows_store.Found(len(compared), sum(each.fields is None for each in compared), changes)


def _drafted(hub: Hub, connection: db.Connection, live: Reference, taken: shadows_store.Taken) -> Reference:
    """What would be in force with the drafts, compiled once for each snapshot of what is."""
    kept = live.kept.setdefault("shadows", {})
    if taken.shadow_id not in kept:
        kept[taken.shadow_id] = drafts.reference(connection, taken.documents, places=hub.places)
    return kept[taken.shadow_id]
