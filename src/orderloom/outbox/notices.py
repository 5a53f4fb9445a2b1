"""What the house is told: the rows of each topic become words of a template, for whom it concerns."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from orderloom.actions import notices, outgoing
from orderloom.actions.hub import Hub
from orderloom.actions.notices import CUSTOMER, Telling
from orderloom.deciding.reference import Reference
from orderloom.domain import words
from orderloom.domain.templates import Level
from orderloom.outbox.drain import Answer, Recorded, Sent, Turn
from orderloom.store.outbox import Claimed

OPERATIONS = "operations"
# What is told to a warehouse by what its payload holds; else that a shipment was planned.
_WAREHOUSE_SAYS = {"cancelled": "shipment_called_back", "was": "carrier_switched"}
# How loud an alert's message is, by the alert's level.
_LOUDNESS: Mapping[str, Level] = {"warning": "warning", "critical": "urgent"}
_BY_CODE = {
    "limit.passed": "stage_stuck",
    "approval.asked": "approval_asked",
    "approval.reminded": "approval_asked",
    "approval.approved": "approval_decided",
    "approval.rejected": "approval_decided",
}


def receipts(hub: Hub, rows: Sequence[Claimed], turn: Turn) -> list[Answer]:
    """Customers' receipts: to the customer's mailbox where it and a route to customers are known, and on record."""
    emails = notices.contacts(hub, rows)
    mailed = [row for row in rows if row.subject in emails]
    handed: list[int] = []
    if mailed:
        handed = notices.tell(hub, [_receipt(hub, row, emails[row.subject]) for row in mailed], now=turn.now)
    sent = {row.subject for row, count in zip(mailed, handed, strict=True) if count}
    outgoing.record_receipts(hub, rows, mailed=sent, until=turn.until, now=turn.now)
    return [Recorded()] * len(rows)


def warehouse(hub: Hub, rows: Sequence[Claimed], turn: Turn) -> list[Answer]:
    """Shipments planned, called back or given to another carrier: told to the people of the warehouse."""
    reference = _reference(hub)
    tellings = [
        Telling(
            row,
            [f"warehouse:{row.payload.get('warehouse', '')}"],
            next((said for word, said in _WAREHOUSE_SAYS.items() if word in row.payload), "shipment_planned"),
            {**row.payload, **_names(row.payload, reference)},
        )
        for row in rows
    ]
    return _tell(hub, tellings, turn)


def planning(hub: Hub, rows: Sequence[Claimed], turn: Turn) -> list[Answer]:
    """Units that nothing covers, or that must be brought from another warehouse: told to planning."""
    tellings = [
        Telling(row, ["planning"], "transfer_needed" if row.topic == "transfer" else "planning_needed", row.payload)
        for row in rows
    ]
    return _tell(hub, tellings, turn)


def reminders(hub: Hub, rows: Sequence[Claimed], turn: Turn) -> list[Answer]:
    """Reminders: told to the owner, or to operations when nobody owns the order."""
    reference = _reference(hub)
    return _tell(hub, [_reminder(row, reference) for row in rows], turn)


def messages(hub: Hub, rows: Sequence[Claimed], turn: Turn) -> list[Answer]:
    """What flows and people say: `{to, channel, template, values, zh, en}`.

    `to` is an audience or several, nobody means operations; `channel` is `inbox` or a messenger that carries it too;
    `level` is an alert's.
    Without a template `zh` and `en` are said as they stand. The customer is told by e-mail where it and a route are
    known.
    """
    emails = notices.contacts(hub, rows)
    return _tell(hub, [_message(row, emails.get(row.subject, "")) for row in rows], turn)


def _tell(hub: Hub, tellings: Sequence[Telling], turn: Turn) -> list[Answer]:
    handed = notices.tell(hub, tellings, now=turn.now)
    return [
        Sent({"told": ", ".join(telling.audiences), "messengers": count})
        for telling, count in zip(tellings, handed, strict=True)
    ]


def _receipt(hub: Hub, row: Claimed, email: str) -> Telling:
    total = {"promised_at": notices.local(row.payload.get("promised_at"), _reference(hub))}
    person = row.payload.get("person")
    persons = {"buyer": uuid.UUID(person)} if person else {}
    values = {"order": total, "buyer": {}}
    return Telling(row, [CUSTOMER], "receipt", values, quiet=True, emails=[email], persons=persons)


def _reminder(row: Claimed, reference: Reference) -> Telling:
    payload = row.payload
    code = str(payload.get("code", ""))
    values = {
        **payload,
        "due": notices.local(payload.get("due_at"), reference),
        "approved": code == "approval.approved",
    }
    if stage := payload.get("stage"):
        said = words.stage(str(stage))
        values["stage"] = {"zh": said.zh, "en": said.en}
    return Telling(row, [str(payload.get("owner") or OPERATIONS)], _BY_CODE.get(code, "notice"), values)


def _message(row: Claimed, email: str) -> Telling:
    payload = row.payload
    to = payload.get("to") or OPERATIONS
    audiences = [str(each) for each in to] if isinstance(to, list) else [str(to)]
    stated = payload.get("values")
    values: dict[str, Any] = dict(stated) if isinstance(stated, Mapping) else {}
    values.update({name: payload[name] for name in ("zh", "en") if isinstance(payload.get(name), str)})
    channel = str(payload.get("channel") or "inbox")
    return Telling(
        row,
        audiences,
        str(payload.get("template") or "notice"),
        values,
        "" if channel == "inbox" else channel,
        emails=[email] if email and CUSTOMER in audiences else [],
        level=_LOUDNESS.get(str(payload.get("level")), "info"),
    )


def _names(payload: Mapping[str, Any], reference: Reference) -> dict[str, Any]:
    """What people call the warehouse and the carriers of a shipment, beside their codes."""
    code = str(payload.get("warehouse", ""))
    warehouse = reference.warehouses.get(code)
    said = {
        f"{each}_name": words.of("carriers", str(payload[each])) for each in ("carrier", "was") if payload.get(each)
    }
    return {
        "warehouse_name": (warehouse.name if warehouse is not None else "") or code,
        **{name: {"zh": each.zh, "en": each.en} for name, each in said.items()},
    }


def _reference(hub: Hub) -> Reference:
    with hub.database.workspace(hub.workspace) as connection:
        return hub.reference(connection)
