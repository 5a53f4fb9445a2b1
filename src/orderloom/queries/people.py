"""People in orders, opened for a viewer, with the fields masked that the viewer may not see whole."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from typing import Any

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


def opened(
    connection: db.Connection, own: Sequence[Mapping[str, Any]], *, viewer: Viewer, sealer: sealing.Sealer
) -> list[dict[str, Any]]:
    """Own fields of several holders with the sealed ones among them opened, masked for the viewer."""
    sealed = [{name: uuid.UUID(each["sealed"]) for name, each in one.items() if _is_sealed(each)} for one in own]
    persons = {person for each in sealed for person in each.values()}
    shown = named(connection, viewer=viewer, sealer=sealer, persons=persons)
    return [
        {**one, **{name: _only(shown.get(person, {})) for name, person in each.items()}}
        for one, each in zip(own, sealed, strict=True)
    ]


def _is_sealed(value: Any) -> bool:
    return isinstance(value, dict) and set(value) == {"sealed"}


def _only(person: Mapping[str, str]) -> str:
    """The one part that an own field's seal holds."""
    return next((person[part] for part in ("phone", "name", "address") if person.get(part)), "")


def _shown(viewer: Viewer, sealer: sealing.Sealer, person: uuid.UUID, sealed: bytes | None) -> dict[str, str]:
    if sealed is None or sealing.is_erased(sealed):
        return {}
    return people.masked(people.read(sealer.open(sealed, aad=people.place(person))), viewer.masks)
