"""Shadows and what they would have decided otherwise. They tell of all orders, so only a viewer of all sees them."""

import uuid

import msgspec

from orderloom.kit import limits
from orderloom.queries.viewer import Viewer
from orderloom.store import database as db
from orderloom.store import shadows


class Shown(msgspec.Struct):
    """A shadow with its newest changes; contents of drafts are left out."""

    shadow: shadows.Shadow
    changes: list[shadows.Change]


def listed(connection: db.Connection, *, viewer: Viewer) -> list[shadows.Shadow]:
    """The newest shadows with their counts, without the contents of their drafts."""
    if not _sees_all(viewer):
        return []
    return [_slim(each) for each in shadows.listed(connection, count=limits.PAGE_ROWS_MAX)]


def one(connection: db.Connection, shadow_id: uuid.UUID, *, viewer: Viewer) -> Shown | None:
    """One shadow with its newest changes; None when there is none, or none that the viewer may see."""
    found = shadows.listed(connection, count=1, shadow_id=shadow_id) if _sees_all(viewer) else []
    if not found:
        return None
    return Shown(_slim(found[0]), shadows.changes(connection, shadow_id, count=limits.PAGE_ROWS_MAX))


def _slim(shadow: shadows.Shadow) -> shadows.Shadow:
    documents = [msgspec.structs.replace(each, content={}) for each in shadow.documents]
    return msgspec.structs.replace(shadow, documents=documents)


def _sees_all(viewer: Viewer) -> bool:
    return not viewer.limited
