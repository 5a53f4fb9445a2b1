"""Rows of forms: links into them, and what became of each submission."""

import datetime as dt
import uuid

import msgspec

from orderloom.store import database as db
from orderloom.store import sql

Q = sql.load(__file__)


class Link(msgspec.Struct, frozen=True):
    """A way into a form without a key: for everybody who has it (`public`), or for one customer (`dealer`)."""

    link_id: uuid.UUID
    form: str
    kind: str
    label: str
    customer_no: str
    created_at: dt.datetime
    created_by: str
    expires_at: dt.datetime | None = None
    uses_max: int | None = None
    uses: int = 0
    revoked_at: dt.datetime | None = None


class Submission(msgspec.Struct, frozen=True):
    """A submission under its id: what was sent, by which link, and when."""

    form: str
    submission_id: str
    body_hash: bytes
    now: dt.datetime
    link_id: uuid.UUID | None = None


def insert_link(connection: db.Connection, link: Link, *, token_hash: bytes) -> None:
    """Write a new link."""
    connection.execute(Q.insert_link, {**msgspec.structs.asdict(link), "token_hash": token_hash})


def links(connection: db.Connection, form: str, *, count: int) -> list[Link]:
    """The links of a form, the newest first."""
    return [Link(*row) for row in connection.execute(Q.links, {"form": form, "count": count})]


def by_token(connection: db.Connection, token_hash: bytes) -> Link | None:
    """The link of a token."""
    row = connection.execute(Q.by_token, {"token_hash": token_hash}).fetchone()
    return Link(*row) if row else None


def use(connection: db.Connection, link_id: uuid.UUID, *, now: dt.datetime) -> bool:
    """Count a submission by a link; False when it may not be used any more."""
    return connection.execute(Q.use, {"link_id": link_id, "now": now}).fetchone() is not None


def revoke(connection: db.Connection, form: str, link_id: uuid.UUID, *, now: dt.datetime) -> bool:
    """End a link; False when there is none."""
    asked = {"form": form, "link_id": link_id, "now": now}
    return connection.execute(Q.revoke, asked).fetchone() is not None


def begin(connection: db.Connection, submission: Submission) -> tuple[bytes, str] | None:
    """Take a submission's id; when it was taken before, the hash of what was sent then and what it became."""
    asked = msgspec.structs.asdict(submission)
    if connection.execute(Q.begin, asked).fetchone() is not None:
        return None
    return connection.execute(Q.submission, asked).fetchone()  # type: ignore[return-value]


def settle(connection: db.Connection, submission: Submission, *, subject: str) -> None:
    """Say what a submission became."""
    connection.execute(
        Q.settle, {"form": submission.form, "submission_id": submission.submission_id, "subject": subject}
    )


def give_back(connection: db.Connection, submission: Submission) -> None:
    """Forget a submission that was refused: it may be corrected and sent again under its id."""
    connection.execute(Q.give_back, {"form": submission.form, "submission_id": submission.submission_id})
    if submission.link_id is not None:
        connection.execute(Q.unuse, {"link_id": submission.link_id})
