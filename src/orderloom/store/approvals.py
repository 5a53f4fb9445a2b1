"""Approvals and whose inbox each stands in; saved with the log entry that they are the fold of."""

import datetime as dt
import uuid
from collections.abc import Collection, Sequence

import msgspec

from orderloom.domain import approvals
from orderloom.kit import limits
from orderloom.store import database as db
from orderloom.store import sql

Q = sql.load(__file__)

_encode = msgspec.json.Encoder(decimal_format="string").encode
_decode = msgspec.json.Decoder(approvals.Approval).decode


def encode(approval: approvals.Approval) -> str:
    """The approval as its row keeps it."""
    return _encode(approval).decode()


def decode(body: str) -> approvals.Approval:
    """The approval that a row keeps."""
    return _decode(body)


def kind(approval: approvals.Approval) -> str:
    """What it grants, by the name people see."""
    tag = approval.grant.__struct_config__.tag
    assert isinstance(tag, str)
    return tag


def lock(connection: db.Connection, approval_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, approvals.Approval]:
    """Approvals, locked in key order."""
    if not approval_ids:
        return {}
    found = connection.execute(Q.lock_approvals, {"approval_ids": list(approval_ids)}).fetchall()
    return {approval_id: decode(body) for approval_id, body in found}


def open_of(connection: db.Connection, subjects: Collection[str]) -> list[approvals.Approval]:
    """The open approvals about these subjects, locked in key order."""
    if not subjects:
        return []
    found = connection.execute(Q.open_of_subjects, {"subjects": sorted(subjects)}).fetchall()
    return [decode(body) for _, body in found]


def permitted(connection: db.Connection, *, name: str, subject: str, now: dt.datetime) -> uuid.UUID | None:
    """The approval that permits something about a subject at this moment; None when nobody has, or it has ended."""
    since = now - dt.timedelta(hours=limits.PERMISSION_HOURS_MAX)
    for approval_id, body in connection.execute(Q.permitted, {"subject": subject, "since": since}).fetchall():
        found = decode(body)
        grant = found.grant
        assert isinstance(grant, approvals.Permission) and found.decided_at is not None
        if grant.name == name and now < found.decided_at + dt.timedelta(hours=grant.hours):
            return approval_id
    return None


def save(connection: db.Connection, saved: Sequence[approvals.Approval]) -> None:
    """Write approvals as they stand, and whose turn it is."""
    if not saved:
        return
    ordered = sorted(saved, key=lambda each: each.approval_id)
    approval_ids = [each.approval_id for each in ordered]
    connection.execute(
        Q.upsert_approvals,
        {
            "approval_ids": approval_ids,
            "subjects": [each.subject for each in ordered],
            "kinds": [kind(each) for each in ordered],
            "channels": [each.channel for each in ordered],
            "states": [each.state for each in ordered],
            "ns": [each.n for each in ordered],
            "asked_bys": [each.asked_by for each in ordered],
            "asked_ats": [each.asked_at for each in ordered],
            "due_ats": [each.due_at for each in ordered],
            "decided_ats": [each.decided_at for each in ordered],
            "bodies": [encode(each) for each in ordered],
        },
    )
    connection.execute(Q.delete_asked, {"approval_ids": approval_ids})
    asked = sorted((*who, each.approval_id) for each in ordered for who in approvals.asked(each))
    if asked:
        kinds, names, of_them = zip(*asked, strict=True)
        values = {"kinds": list(kinds), "names": list(names), "approval_ids": list(of_them)}
        connection.execute(Q.insert_asked, values)
