"""How channels' sources are reached, and how far each has been caught up with."""

import datetime as dt
import uuid

import msgspec

from orderloom.store import database as db
from orderloom.store import sql
from orderloom.store.messages import Message

Q = sql.load(__file__)


class Run(msgspec.Struct):
    """One run of catching up: of the orders `listed` as changed from `since` to `until`, how many were known already,
    how many were missed and fetched, how many wait in quarantine; `problem` is why it ended early, if it did."""

    run_id: uuid.UUID
    channel: str
    since: dt.datetime
    until: dt.datetime
    started_at: dt.datetime
    finished_at: dt.datetime
    listed: int = 0
    known: int = 0
    missed: int = 0
    refused: int = 0
    problem: str = ""


def put_account(
    connection: db.Connection, channel: str, *, connector: str, sealed: bytes, by: str, at: dt.datetime
) -> None:
    """Keep how a channel's source is reached."""
    values = {"channel": channel, "connector": connector, "sealed": sealed, "by": by, "at": at}
    connection.execute(Q.put_account, values)


def account(connection: db.Connection, channel: str) -> tuple[str, bytes] | None:
    """The connector of a channel's account with its sealed secrets; None where there is none."""
    return connection.execute(Q.read_account, {"channel": channel}).fetchone()  # type: ignore[return-value]


def drop_account(connection: db.Connection, channel: str) -> bool:
    """Forget how a channel's source is reached; whether it was known."""
    return connection.execute(Q.drop_account, {"channel": channel}).fetchone() is not None


def put_signature(connection: db.Connection, channel: str, *, sealed: bytes, by: str, at: dt.datetime) -> None:
    """Keep what a channel's platform signs with."""
    connection.execute(Q.put_signature, {"channel": channel, "sealed": sealed, "by": by, "at": at})


def signature(connection: db.Connection, channel: str) -> bytes | None:
    """What a channel's platform signs with, sealed; None where nothing is kept."""
    row = connection.execute(Q.read_signature, {"channel": channel}).fetchone()
    return row[0] if row is not None else None


def drop_signature(connection: db.Connection, channel: str) -> bool:
    """Forget what a channel's platform signs with; whether it was known."""
    return connection.execute(Q.drop_signature, {"channel": channel}).fetchone() is not None


def count_refused(connection: db.Connection, channel: str, *, hour: dt.datetime, at: dt.datetime) -> None:
    """Count a push that was turned away."""
    connection.execute(Q.count_refused, {"channel": channel, "hour": hour, "at": at})


def forget_refused(connection: db.Connection, *, before: dt.datetime, count: int) -> int:
    """Forget counts of hours long past; how many rows are gone."""
    return connection.execute(Q.forget_refused, {"before": before, "count": count}).rowcount


def reachable(connection: db.Connection, *, now: dt.datetime) -> list[str]:
    """Channels with an account whose source is due to be asked and is not being asked."""
    return [row[0] for row in connection.execute(Q.reachable, {"now": now}).fetchall()]


def claim(
    connection: db.Connection, channel: str, *, now: dt.datetime, until: dt.datetime
) -> tuple[dt.datetime | None, int] | None:
    """Take a channel until then: where it has been caught up to and how often it failed since; None if it is taken."""
    return connection.execute(Q.claim, {"channel": channel, "now": now, "until": until}).fetchone()  # type: ignore[return-value]


def hasten(connection: db.Connection, channel: str, *, now: dt.datetime) -> None:
    """Make a channel due."""
    connection.execute(Q.hasten, {"channel": channel, "now": now})


def advance(connection: db.Connection, channel: str, *, caught_up_to: dt.datetime, until: dt.datetime) -> None:
    """Say how far a run has come; the channel stays taken until then."""
    connection.execute(Q.advance, {"channel": channel, "caught_up_to": caught_up_to, "until": until})


def release(connection: db.Connection, run: Run, *, due_at: dt.datetime, failures: int) -> None:
    """End a run: what it came to, and when the next is due."""
    connection.execute(Q.insert_run, msgspec.structs.asdict(run))
    values = {"channel": run.channel, "due_at": due_at, "failures": failures, "problem": run.problem}
    connection.execute(Q.release, values)


def period(
    connection: db.Connection,
    channel: str,
    *,
    since: dt.datetime,
    until: dt.datetime,
    after: tuple[dt.datetime, uuid.UUID],
    most: int,
) -> list[Message]:
    """Raw messages of a channel in a period, the earliest first, behind the one named."""
    values = {"channel": channel, "since": since, "until": until, "after_at": after[0], "after_id": after[1],
              "most": most}  # fmt: skip
    return [Message(*row) for row in connection.execute(Q.read_period, values).fetchall()]
