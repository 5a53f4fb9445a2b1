"""First answers under callers' keys."""

import datetime as dt
from collections.abc import Collection, Sequence

import msgspec

from orderloom.store import database as db
from orderloom.store import sql

Q = sql.load(__file__)


class Once(msgspec.Struct, frozen=True):
    """A caller's key and the hash of what it sent under it."""

    caller: str
    key: str
    body_hash: bytes


def find(connection: db.Connection, asked: Collection[Once]) -> dict[tuple[str, str], tuple[bytes, bytes]]:
    """First answers that exist: (caller, key) → (hash of the body, answer as JSON)."""
    if not asked:
        return {}
    values = {"callers": [each.caller for each in asked], "keys": [each.key for each in asked]}
    found = connection.execute(Q.find_answers, values).fetchall()
    return {(caller, key): (body_hash, msgspec.json.encode(answer)) for caller, key, body_hash, answer in found}


def keep(connection: db.Connection, answers: Sequence[tuple[Once, bytes]], *, now: dt.datetime) -> None:
    """Keep first answers. Another answer under the same key stops the transaction."""
    if answers:
        connection.execute(
            Q.keep_answers,
            {
                "callers": [each.caller for each, _ in answers],
                "keys": [each.key for each, _ in answers],
                "body_hashes": [each.body_hash for each, _ in answers],
                "answers": [answer.decode() for _, answer in answers],
                "now": now,
            },
        )


def forget(connection: db.Connection, *, before: dt.datetime, count: int) -> int:
    """Delete up to `count` answers from before a time; returns how many."""
    return connection.execute(Q.forget, {"before": before, "count": count}).rowcount


def claim(connection: db.Connection, once: Once, *, now: dt.datetime) -> bool:
    """Take a key before anything is done under it; False when it was taken before."""
    values = {"caller": once.caller, "key": once.key, "body_hash": once.body_hash, "now": now}
    return connection.execute(Q.claim_key, values).fetchone() is not None


def settle(connection: db.Connection, once: Once, answer: bytes) -> None:
    """Keep the first answer under a key that was claimed."""
    connection.execute(Q.settle_key, {"caller": once.caller, "key": once.key, "answer": answer.decode()})


def release(connection: db.Connection, once: Once) -> None:
    """Give a claimed key back: nothing was done under it."""
    connection.execute(Q.release_key, {"caller": once.caller, "key": once.key})
