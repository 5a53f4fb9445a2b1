"""Shadows follow the log as readers do, each at its own pace and apart from them, since deciding takes longer."""

import datetime as dt

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
    """Let the shadow that is furthest behind decide the next new orders; whether there were any to decide.

    Deciding holds no lock: a transaction that writes nothing keeps no position waiting. Two processes at one shadow
    decide the same twice, and the first of them counts.
    """
    with hub.database.workspace(hub.workspace) as connection:
        running = shadows_store.behind(connection)
    if running is None:
        return False
    try:
        found, position = _find(hub, running)
    except db.GONE:
        raise
    except Exception as error:  # A draft that breaks on real orders ends its shadow, not the worker.
        _log.exception("shadow broke", shadow_id=str(running.shadow_id), workspace=hub.workspace)
        broke = f"{type(error).__name__}: {error}"[: limits.TEXT_CHARS_MAX]
        with hub.database.workspace(hub.workspace) as connection:
            shadows_store.end(connection, running.shadow_id, because=broke, at=now)
        return True
    with hub.database.workspace(hub.workspace) as connection:
        shadows_store.advance(connection, running, found, position=position)
    return True


def _find(hub: Hub, running: shadows_store.Running) -> tuple[shadows_store.Found, int]:
    """What the shadow finds in the next seal, and where that ends."""
    compared: list[shadows.Compared] = []
    with hub.database.workspace(hub.workspace) as connection:
        seals = relay_store.seals_after(connection, position=running.position, count=1)
        said = relay.read(connection, seals, kinds=frozenset({"order"}))
        new = [each.subject for each in said if each.n == 1]
        live = hub.reference(connection)
        drafted = _drafted(hub, connection, live, running)
        for start in range(0, len(new), limits.BATCH_ORDERS_MAX):
            part = new[start : start + limits.BATCH_ORDERS_MAX]
            compared += shadows.compare(connection, part, live=live, drafted=drafted)
    changes = [
        shadows_store.Change(each.order_id, each.order_no, each.at, each.fields) for each in compared if each.fields
    ]
    found = shadows_store.Found(len(compared), sum(each.fields is None for each in compared), changes)
    return found, seals[-1].last_position


def _drafted(hub: Hub, connection: db.Connection, live: Reference, running: shadows_store.Running) -> Reference:
    """What would be in force with the drafts, compiled once for each snapshot of what is."""
    kept = live.kept.setdefault("shadows", {})
    if running.shadow_id not in kept:
        kept[running.shadow_id] = drafts.reference(connection, running.documents, places=hub.places)
    return kept[running.shadow_id]
