"""Facets: values of filterable own fields, of records and orders."""

import uuid
from collections.abc import Collection, Mapping

from orderloom.store import database as db
from orderloom.store import sql

Q = sql.load(__file__)

# (field, value) pairs of each subject.
Facets = Mapping[uuid.UUID, Collection[tuple[str, str]]]


def insert(connection: db.Connection, facets: Facets) -> None:
    """Write values."""
    if values := _flat(facets):
        connection.execute(Q.insert_facets, values)


def of_subjects(connection: db.Connection, subjects: Collection[uuid.UUID]) -> dict[uuid.UUID, set[tuple[str, str]]]:
    """The values of these subjects."""
    found: dict[uuid.UUID, set[tuple[str, str]]] = {each: set() for each in subjects}
    if subjects:
        for subject, field, value in connection.execute(Q.of_subjects, {"subjects": list(subjects)}):
            found[subject].add((field, value))
    return found


def replace(connection: db.Connection, facets: Facets) -> None:
    """Let these be the values of their subjects: what is new is written, what is gone deleted."""
    was = of_subjects(connection, list(facets))
    gone = {subject: was[subject] - set(pairs) for subject, pairs in facets.items()}
    if values := _flat(gone):
        connection.execute(Q.delete_facets, values)
    insert(connection, {subject: set(pairs) - was[subject] for subject, pairs in facets.items()})


def _flat(facets: Facets) -> dict[str, list[object]] | None:
    flat = sorted((field, value, subject) for subject, pairs in facets.items() for field, value in pairs)
    if not flat:
        return None
    fields, values, subjects = map(list, zip(*flat, strict=True))
    return {"fields": fields, "values": values, "subjects": subjects}
