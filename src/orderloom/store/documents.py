"""Documents: immutable versions that are or were in force, and the drafts people work on."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from orderloom.domain.documents.versions import Published
from orderloom.store import database as db
from orderloom.store import sql

Q = sql.load(__file__)

Key = tuple[str, str]
Cases = list[dict[str, Any]]

_encode = msgspec.json.Encoder(decimal_format="string").encode


class Newest(msgspec.Struct, frozen=True):
    """The newest version of a document; one that is retired is in force no longer."""

    kind: str
    name: str
    version: int
    published_at: dt.datetime
    published_by: str
    retired_at: dt.datetime | None


class Version(msgspec.Struct, frozen=True):
    """One version with all that belongs to it."""

    kind: str
    name: str
    version: int
    content: dict[str, Any]
    cases: Cases
    comment: str = ""
    published_at: dt.datetime | None = None
    published_by: str = ""
    retired_at: dt.datetime | None = None
    revision: int = 0


class Draft(msgspec.Struct, frozen=True):
    """What someone works on; `edition` counts its saves, `base_version` is the version it was begun from."""

    kind: str
    name: str
    edition: int
    base_version: int
    content: dict[str, Any]
    cases: Cases
    edited_by: str = ""
    edited_at: dt.datetime | None = None


def in_force(
    connection: db.Connection, *, kind: str | None = None, known: Mapping[str, Mapping[str, Published]] = {}
) -> dict[str, dict[str, Published]]:
    """Everything in force, or all of one kind, by kind and name. A version that is `known` is not read again."""
    had = [(of, each) for of, named in known.items() for each in named.values()]
    asked = {
        "kind": kind,
        "known_kinds": [of for of, _ in had],
        "known_names": [each.name for _, each in had],
        "known_versions": [each.version for _, each in had],
    }
    found: dict[str, dict[str, Published]] = {}
    for of, name, version, content in connection.execute(Q.in_force, asked):
        stood = known[of][name] if content is None else Published(name, version, content)
        found.setdefault(of, {})[name] = stood
    return found


def standing(connection: db.Connection) -> dict[Key, int]:
    """The versions in force, without their contents."""
    return {(kind, name): version for kind, name, version in connection.execute(Q.standing)}


def newest(connection: db.Connection, keys: Iterable[Key]) -> dict[Key, Newest]:
    """The newest version of each document that was ever published."""
    rows = connection.execute(Q.newest, _keys(keys)).fetchall()
    return {(row[0], row[1]): Newest(*row) for row in rows}


def versions(connection: db.Connection, wanted: Sequence[tuple[str, str, int]]) -> list[Version]:
    """Those versions that there are."""
    rows = connection.execute(Q.versions, {**_keys(wanted), "versions": [each[2] for each in wanted]})
    return [Version(*row) for row in rows]


def insert_versions(
    connection: db.Connection, made: Sequence[Version], *, comment: str, by: str, at: dt.datetime, revision: int
) -> None:
    """Put versions in force; the caller has raised the workspace's version to `revision`."""
    connection.execute(
        Q.insert_versions,
        {
            **_keys((each.kind, each.name) for each in made),
            **_bodies(made),
            "versions": [each.version for each in made],
            "comment": comment,
            "by": by,
            "at": at,
            "revision": revision,
        },
    )


def retire(connection: db.Connection, wanted: Sequence[Newest], *, because: str, by: str, at: dt.datetime) -> None:
    """Take documents out of force."""
    keys = _keys((each.kind, each.name) for each in wanted)
    asked = {**keys, "versions": [each.version for each in wanted], "because": because, "by": by, "at": at}
    connection.execute(Q.retire, asked)


def drafts(connection: db.Connection, keys: Iterable[Key], *, lock: bool = False) -> dict[Key, Draft]:
    """Drafts of these documents, locked in key order if they are to be published."""
    rows = connection.execute(Q.lock_drafts if lock else Q.drafts, _keys(keys)).fetchall()
    return {(row[0], row[1]): Draft(*row) for row in rows}


def save_drafts(connection: db.Connection, saved: Sequence[Draft], *, by: str, at: dt.datetime) -> dict[Key, int]:
    """Save each over the edition it names; returns the new editions, without those that were edited meanwhile."""
    rows = connection.execute(
        Q.save_drafts,
        {
            **_keys((each.kind, each.name) for each in saved),
            **_bodies(saved),
            "editions": [each.edition for each in saved],
            "base_versions": [each.base_version for each in saved],
            "by": by,
            "at": at,
        },
    ).fetchall()
    return {(kind, name): edition for kind, name, edition in rows}


def drop_drafts(connection: db.Connection, keys: Iterable[Key]) -> set[Key]:
    """Forget drafts; returns which there were."""
    return {(row[0], row[1]) for row in connection.execute(Q.drop_drafts, _keys(keys))}


def _keys(keys: Iterable[tuple[Any, ...]]) -> dict[str, list[str]]:
    listed = list(keys)
    return {"kinds": [each[0] for each in listed], "names": [each[1] for each in listed]}


def _bodies(made: Sequence[Version | Draft]) -> dict[str, list[str]]:
    return {
        "contents": [_encode(each.content).decode() for each in made],
        "cases": [_encode(each.cases).decode() for each in made],
    }
