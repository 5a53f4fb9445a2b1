"""Reference data that all orders of a workspace share; one number tells when it has changed."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any, LiteralString

import msgspec

from orderloom.domain.breakers import Breaker
from orderloom.domain.channels import Channel
from orderloom.domain.documents.versions import Published
from orderloom.domain.settings import Settings
from orderloom.domain.warehouses import Calendar, Rate, Transit, Warehouse
from orderloom.store import breakers, documents, facts, sql
from orderloom.store import database as db

Q = sql.load(__file__)

_encode = msgspec.json.Encoder(decimal_format="string").encode


class Read(msgspec.Struct):
    """All of it, as read in one transaction."""

    version: int
    settings: Settings
    channels: dict[str, Channel]
    warehouses: dict[str, Warehouse]
    calendars: dict[str, Calendar]
    rates: list[Rate]
    transits: list[Transit]
    documents: dict[str, dict[str, Published]]
    breakers: list[Breaker]


def version(connection: db.Connection) -> int:
    """The version in force; 0 in a workspace where nothing was entered."""
    row = connection.execute(Q.version).fetchone()
    return row[0] if row else 0


def read(connection: db.Connection, *, known: Mapping[str, Mapping[str, Published]] = {}) -> Read:
    """Everything, with the version read first: what is newer than it will be read again. The versions of documents that
    are `known` are not."""
    at = version(connection)
    settings = dict(connection.execute(Q.read_settings).fetchall())
    channels = [msgspec.convert(data, Channel) for (data,) in connection.execute(Q.read_channels)]
    warehouses = [msgspec.convert(data, Warehouse) for (data,) in connection.execute(Q.read_warehouses)]
    calendars = [msgspec.convert(data, Calendar) for (data,) in connection.execute(Q.read_calendars)]
    return Read(
        version=at,
        settings=msgspec.convert({**settings, "revision": at}, Settings),
        channels={each.channel: each for each in channels},
        warehouses={each.warehouse: each for each in warehouses},
        calendars={each.calendar: each for each in calendars},
        rates=[msgspec.convert(data, Rate) for (data,) in connection.execute(Q.read_rates)],
        transits=[Transit(*row) for row in connection.execute(Q.read_transits)],
        documents=documents.in_force(connection, known=known),
        breakers=breakers.read_open(connection),
    )


def raise_version(connection: db.Connection) -> int:
    """Let every process read anew before its next batch; returns the new version. Others that raise it wait."""
    row = connection.execute(Q.raise_version).fetchone()
    assert row is not None
    return row[0]


def enter_settings(connection: db.Connection, values: dict[str, Any], *, actor: str, at: dt.datetime) -> None:
    """Change settings of the workspace."""
    keys, datas = list(values), [_encode(value).decode() for value in values.values()]
    connection.execute(Q.upsert_settings, {"keys": keys, "datas": datas})
    facts.keep_versions(connection, kind="setting", keys=keys, datas=datas, actor=actor, at=at)
    raise_version(connection)


_KINDS: dict[str, LiteralString] = {
    "channel": Q.upsert_channels,
    "warehouse": Q.upsert_warehouses,
    "calendar": Q.upsert_calendars,
}


def enter(
    connection: db.Connection,
    entered: Sequence[Channel | Warehouse | Calendar],
    *,
    kind: str,
    actor: str,
    at: dt.datetime,
) -> None:
    """Enter or change channels, warehouses or calendars (`kind`); versions are kept."""
    write(connection, entered, kind=kind, actor=actor, at=at)
    raise_version(connection)


def channels(connection: db.Connection, names: Collection[str]) -> list[Channel]:
    """The channels of these names, as they stand."""
    if not names:
        return []
    found = [msgspec.convert(data, Channel) for (data,) in connection.execute(Q.read_channels)]
    return [each for each in found if each.channel in names]


def write(
    connection: db.Connection,
    entered: Sequence[Channel | Warehouse | Calendar],
    *,
    kind: str,
    actor: str,
    at: dt.datetime,
) -> None:
    """Enter or change as `enter` does, in a transaction that raises the version itself."""
    keys = [getattr(each, kind) for each in entered]
    datas = [_encode(each).decode() for each in entered]
    connection.execute(_KINDS[kind], {"keys": keys, "datas": datas, "valid_from": at})
    facts.keep_versions(connection, kind=kind, keys=keys, datas=datas, actor=actor, at=at)


def enter_rates(connection: db.Connection, rates: Sequence[Rate], *, actor: str, at: dt.datetime) -> None:
    """Enter or change contract freight; versions are kept."""
    connection.execute(
        Q.upsert_rates,
        {
            "carriers": [each.carrier for each in rates],
            "services": [each.service for each in rates],
            "warehouses": [each.warehouse for each in rates],
            "provinces": [each.province for each in rates],
            "datas": [_encode(each).decode() for each in rates],
            "valid_from": at,
        },
    )
    _keep_lanes(connection, rates, kind="rate", actor=actor, at=at)
    raise_version(connection)


def enter_transits(connection: db.Connection, transits: Sequence[Transit], *, actor: str, at: dt.datetime) -> None:
    """Enter or change hours by lane; versions are kept."""
    connection.execute(
        Q.upsert_transits,
        {
            "carriers": [each.carrier for each in transits],
            "services": [each.service for each in transits],
            "warehouses": [each.warehouse for each in transits],
            "provinces": [each.province for each in transits],
            "hours": [each.hours for each in transits],
            "valid_from": at,
        },
    )
    _keep_lanes(connection, transits, kind="transit", actor=actor, at=at)
    raise_version(connection)


def _keep_lanes(
    connection: db.Connection, lanes: Sequence[Rate | Transit], *, kind: str, actor: str, at: dt.datetime
) -> None:
    keys = [f"{each.carrier}/{each.service}/{each.warehouse}/{each.province}" for each in lanes]
    datas = [_encode(each).decode() for each in lanes]
    facts.keep_versions(connection, kind=kind, keys=keys, datas=datas, actor=actor, at=at)
