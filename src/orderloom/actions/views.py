"""The verbs of views: keep, rename, share, drop. A view is changed by whose it is; a shared one is dropped as well by
whoever may share."""

import datetime as dt
import uuid
from collections.abc import Mapping

import msgspec

from orderloom.actions.hub import Hub
from orderloom.kit import limits
from orderloom.kit.refusals import Refused
from orderloom.store import database as db
from orderloom.store import views as views_store


class Change(msgspec.Struct, frozen=True):
    """What becomes of a view; None leaves it as it is."""

    name: str | None = None
    shared: bool | None = None


def keep(
    hub: Hub, *, list_: str, name: str, search: Mapping[str, str], owner: str, now: dt.datetime
) -> views_store.View | Refused:
    """Keep what a list is narrowed to under a name; the same name again narrows it otherwise. Refuses
    `view.too_many`."""
    made = views_store.View(hub.ids.new(now), list_, owner, name, dict(search), False, now)
    with hub.database.workspace(hub.workspace) as connection:
        if views_store.others(connection, list_=list_, owner=owner, name=name) >= limits.VIEWS_PER_LIST_MAX:
            return Refused("view.too_many", {"most": limits.VIEWS_PER_LIST_MAX})
        return views_store.keep(connection, made)


def change(hub: Hub, view_id: uuid.UUID, wanted: Change, *, owner: str, now: dt.datetime) -> views_store.View | Refused:
    """Rename a view, share it or take it back. Refuses `view.unknown`, also for one of somebody else, and
    `view.name_taken`."""
    with hub.database.workspace(hub.workspace) as connection:
        found = _own(connection, view_id, owner)
        if isinstance(found, Refused):
            return found
        name = found.name if wanted.name is None else wanted.name
        if views_store.named(connection, list_=found.list, owner=owner, name=name) not in (None, view_id):
            return Refused("view.name_taken", {"name": name})
        shared = found.shared if wanted.shared is None else wanted.shared
        return views_store.change(connection, view_id, name=name, shared=shared, now=now)


def drop(hub: Hub, view_id: uuid.UUID, *, owner: str, tidies: bool) -> Refused | None:
    """Delete a view of one's own, or a shared one where somebody `tidies`. Refuses `view.unknown`."""
    with hub.database.workspace(hub.workspace) as connection:
        found = views_store.find(connection, view_id)
        if found is None or not (found.owner == owner or (tidies and found.shared)):
            return Refused("view.unknown", {"view_id": str(view_id)})
        views_store.drop(connection, view_id)
    return None


def _own(connection: db.Connection, view_id: uuid.UUID, owner: str) -> views_store.View | Refused:
    found = views_store.find(connection, view_id)
    if found is None or found.owner != owner:
        return Refused("view.unknown", {"view_id": str(view_id)})
    return found
