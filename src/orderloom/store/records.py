"""Rows of records of own types: their state, links and unique values."""

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Sequence

import msgspec

from orderloom.domain.records import Record
from orderloom.store import database as db
from orderloom.store import sql

Q = sql.load(__file__)

encode = msgspec.json.Encoder(decimal_format="string", order="deterministic").encode
decode = msgspec.json.Decoder(Record).decode

# (field, value, record).
Unique = tuple[str, str, uuid.UUID]
# (target, name, record).
Tie = tuple[str, str, uuid.UUID]


def insert(connection: db.Connection, records: Sequence[Record], *, at: dt.datetime) -> None:
    """Write new records. A number or id that is there already stops the transaction."""
    if records:
        connection.execute(
            Q.insert_records,
            {
                **_columns(records),
                "types": [each.of for each in records],
                "record_nos": [each.record_no for each in records],
                "at": at,
            },
        )


def update(connection: db.Connection, records: Sequence[Record], *, at: dt.datetime) -> None:
    """Write records that were changed; their heads are locked."""
    if records:
        connection.execute(Q.update_records, {**_columns(records), "at": at})


def read(connection: db.Connection, record_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Record]:
    """Records as they stand, by id."""
    if not record_ids:
        return {}
    found = connection.execute(Q.states, {"record_ids": list(record_ids)}).fetchall()
    return {record_id: decode(state) for record_id, state in found}


def ids(connection: db.Connection, record_nos: Collection[str]) -> dict[str, tuple[uuid.UUID, str]]:
    """(id, type) of records by number."""
    if not record_nos:
        return {}
    found = connection.execute(Q.ids, {"record_nos": list(record_nos)}).fetchall()
    return {number: (record_id, of) for number, record_id, of in found}


def ids_after(connection: db.Connection, of: str, after: uuid.UUID, *, count: int) -> list[uuid.UUID]:
    """The next records of a type after an id."""
    return [row[0] for row in connection.execute(Q.ids_after, {"type": of, "after": after, "count": count})]


def orders_there(connection: db.Connection, numbers: Collection[str]) -> set[str]:
    """Which of these order numbers there are."""
    if not numbers:
        return set()
    return {row[0] for row in connection.execute(Q.orders_there, {"numbers": list(numbers)})}


def tie(connection: db.Connection, made: Collection[Tie], gone: Collection[Tie] = ()) -> None:
    """Write links, and take others away."""
    if gone:
        connection.execute(Q.delete_links, _named(gone, ("targets", "names", "record_ids")))
    if made:
        connection.execute(Q.insert_links, _named(made, ("targets", "names", "record_ids")))


def take_uniques(connection: db.Connection, wanted: Collection[Unique]) -> set[Unique]:
    """Take values that only one record may have; returns those that were free."""
    if not wanted:
        return set()
    found = connection.execute(Q.take_uniques, _named(wanted, ("fields", "values", "record_ids"))).fetchall()
    return {(field, value, record_id) for field, value, record_id in found}


def free_uniques(connection: db.Connection, given: Collection[Unique]) -> None:
    """Give values back."""
    if given:
        connection.execute(Q.free_uniques, _named(given, ("fields", "values", "record_ids")))


def _named(rows: Iterable[tuple[str, str, uuid.UUID]], names: tuple[str, str, str]) -> dict[str, list[object]]:
    columns = map(list, zip(*sorted(rows), strict=True))
    return dict(zip(names, columns, strict=True))


def _columns(records: Sequence[Record]) -> dict[str, list[object]]:
    return {
        "record_ids": [each.record_id for each in records],
        "ns": [each.n for each in records],
        "titles": [each.title for each in records],
        "states": [encode(each).decode() for each in records],
    }
