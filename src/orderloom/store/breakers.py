"""Breakers and what is counted to trip them."""

import datetime as dt
import uuid
from collections.abc import Collection, Mapping, Sequence

import msgspec

from orderloom.domain.breakers import Breaker, Failure
from orderloom.store import database as db
from orderloom.store import sql

Q = sql.load(__file__)


class Names(msgspec.Struct, frozen=True):
    """What an order may be stopped by, beside its carrier."""

    order_id: uuid.UUID
    channel: str
    customer_no: str
    skus: list[str]


def names_of_orders(connection: db.Connection, order_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Names]:
    """What these orders may be stopped by; their SKUs as far as units are reserved."""
    rows = connection.execute(Q.names_of_orders, {"order_ids": list(order_ids)}).fetchall()
    return {row[0]: Names(*row) for row in rows}


def read_open(connection: db.Connection) -> list[Breaker]:
    """What is stopped and not lifted."""
    return [Breaker(*row) for row in connection.execute(Q.read_open).fetchall()]


def insert(connection: db.Connection, breaker: Breaker) -> bool:
    """Stop something; False when it is stopped already."""
    values = {name: getattr(breaker, name) for name in breaker.__struct_fields__ if not name.startswith("lifted")}
    return connection.execute(Q.insert_breaker, values).fetchone() is not None


def find(connection: db.Connection, breaker_id: uuid.UUID) -> Breaker | None:
    """One breaker, locked."""
    row = connection.execute(Q.find_breaker, {"breaker_id": breaker_id}).fetchone()
    return Breaker(*row) if row else None


def lift(connection: db.Connection, breaker_id: uuid.UUID, *, by: str, at: dt.datetime) -> None:
    """Let it count no more."""
    connection.execute(Q.lift_breaker, {"breaker_id": breaker_id, "by": by, "at": at})


def held_orders(connection: db.Connection, code: str) -> list[uuid.UUID]:
    """Orders that stand with a hold of this code."""
    return [row[0] for row in connection.execute(Q.held_orders, {"quoted": f'"{code}"'}).fetchall()]


def insert_failures(
    connection: db.Connection, failures: Sequence[tuple[uuid.UUID, Failure]], *, at: dt.datetime
) -> None:
    """Write what went wrong."""
    if failures:
        values = {
            "failure_ids": [failure_id for failure_id, _ in failures],
            "whats": [each.what for _, each in failures],
            "kinds": [each.kind for _, each in failures],
            "names": [each.name for _, each in failures],
            "at": at,
        }
        connection.execute(Q.insert_failures, values)


def count_failures(connection: db.Connection, since: Mapping[Failure, dt.datetime]) -> dict[Failure, int]:
    """How often each of these went wrong after its time."""
    if not since:
        return {}
    values = {
        "whats": [each.what for each in since],
        "kinds": [each.kind for each in since],
        "names": [each.name for each in since],
        "sinces": list(since.values()),
    }
    return {Failure(*row[:3]): row[3] for row in connection.execute(Q.count_failures, values).fetchall()}


def forget_failures(connection: db.Connection, *, before: dt.datetime) -> None:
    """Delete what is too old for any rule to count."""
    connection.execute(Q.forget_failures, {"before": before})
