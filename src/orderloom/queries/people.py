"""People in orders, opened for a viewer, with the fields masked that the viewer may not see whole."""

import uuid
from collections.abc import Collection

from orderloom.domain import people
from orderloom.kit import sealing
from orderloom.queries.viewer import Viewer
from orderloom.store import database as db
from orderloom.store import sql

Q = sql.load(__file__)


def named(
    connection: db.Connection, *, viewer: Viewer, sealer: sealing.Sealer, persons: Collection[uuid.UUID]
) -> dict[uuid.UUID, dict[str, str]]:
    """Name, phone, street and address of persons, masked for the viewer; who was erased is an empty one.

    Whoever calls took the persons out of orders that the viewer may see. Raises `sealing.SealBroken`.
    """
    if not persons:
        return {}
    found = connection.execute(Q.sealed, {"persons": list(persons)}).fetchall()
    return {person: _shown(viewer, sealer, person, sealed) for person, sealed in found}


def _shown(viewer: Viewer, sealer: sealing.Sealer, person: uuid.UUID, sealed: bytes | None) -> dict[str, str]:
    if sealed is None or sealing.is_erased(sealed):
        return {}
    return people.masked(people.read(sealer.open(sealed, aad=people.place(person))), viewer.masks)
