"""Credit accounts and grants; the guard in the statement is the last word on every reservation."""

import datetime as dt
import uuid
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from orderloom.domain import credit
from orderloom.store import copying, sql
from orderloom.store import database as db
from orderloom.store.stock import Contended

Q = sql.load(__file__)

_MOVE = ("text", "int8", "text", "uuid", "int4", "timestamptz")


def load(
    connection: db.Connection, accounts: Collection[str], *, now: dt.datetime, locked: bool
) -> dict[str, credit.Account]:
    """Accounts with the grants that may count now."""
    found: dict[str, credit.Account] = {}
    if not accounts:
        return found
    statement = Q.lock_accounts if locked else Q.read_accounts
    for name, currency, limit, used, reserved, _ in connection.execute(
        statement, {"accounts": list(accounts)}
    ).fetchall():
        found[name] = credit.Account(name, currency, limit, used, reserved, [])
    for row in connection.execute(Q.read_grants, {"accounts": list(found), "now": now}).fetchall():
        found[row[1]].grants.append(credit.Grant(*row))
    return found


def subjects(connection: db.Connection, accounts: Collection[str]) -> dict[str, uuid.UUID]:
    """The streams of accounts, locked in key order."""
    return {row[0]: row[5] for row in connection.execute(Q.lock_accounts, {"accounts": list(accounts)}).fetchall()}


def change(connection: db.Connection, deltas: Mapping[str, tuple[int, int, int]]) -> None:
    """Move balances: account → (used, reserved, grants that count now). Raises Contended when one does not fit."""
    moved = {name: delta for name, delta in deltas.items() if delta[:2] != (0, 0)}
    if not moved:
        return
    names = sorted(moved)
    cursor = connection.execute(
        Q.change_accounts,
        {
            "accounts": names,
            "useds": [moved[name][0] for name in names],
            "reserveds": [moved[name][1] for name in names],
            "grants": [moved[name][2] for name in names],
        },
    )
    if db.affected(connection, cursor) != len(names):
        raise Contended


def set_limits(connection: db.Connection, limits: Sequence[tuple[str, uuid.UUID, str, int]]) -> None:
    """Open accounts or set their own limit: (account, subject, currency, limit)."""
    if limits:
        accounts, streams, currencies, amounts = zip(*limits, strict=True)
        values = {
            "accounts": list(accounts),
            "subjects": list(streams),
            "currencies": list(currencies),
            "limits": list(amounts),
        }
        connection.execute(Q.set_limits, values)


def insert_grants(connection: db.Connection, grants: Sequence[credit.Grant]) -> None:
    """Write grants."""
    if grants:
        connection.execute(
            Q.insert_grants,
            {
                "grant_ids": [each.grant_id for each in grants],
                "accounts": [each.account for each in grants],
                "amounts": [each.amount_minor for each in grants],
                "valid_froms": [each.valid_from for each in grants],
                "expires_ats": [each.expires_at for each in grants],
                "granted_bys": [each.granted_by for each in grants],
                "scopes": [each.scope for each in grants],
            },
        )


def withdraw_grants(connection: db.Connection, grant_ids: Sequence[uuid.UUID], *, at: dt.datetime) -> None:
    """End grants."""
    if grant_ids:
        connection.execute(Q.withdraw_grants, {"grant_ids": list(grant_ids), "at": at})


def insert_moves(connection: db.Connection, rows: Sequence[tuple[Any, ...]]) -> None:
    """Write money that moved beside any order: (account, amount, reference, subject, n, recorded_at)."""
    if rows:
        copying.rows(connection, Q.copy_moves, types=_MOVE, rows=rows)
