"""Quarantine: what waits is written as a sheet, tried against a new mapping, or sent again as it is or repaired.

A message that is sent again is a new message that takes the old one's rows over; the old one is kept as it came.
"""

import datetime as dt
import hashlib
import uuid
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from orderloom.actions import intake, messages, orders
from orderloom.actions.hub import Hub
from orderloom.domain import codes
from orderloom.domain.mappings import drafts, mappers
from orderloom.inbox import anatomies, channel_mappings, order_bodies, sheets
from orderloom.inbox import orders as inbox_orders
from orderloom.kit import limits, sealing
from orderloom.kit.refusals import Refused
from orderloom.store import imports as imports_store
from orderloom.store import messages as messages_store


class Tried(msgspec.Struct):
    """What a mapping makes of a kept message: the drafts `made`, or why it makes none. Nothing is changed by trying."""

    message_id: uuid.UUID
    made: list[drafts.Draft] = []
    refused: Refused | None = None


def try_mapping(
    hub: Hub, message_ids: Sequence[uuid.UUID], *, document: bytes | dict[str, Any] | None = None
) -> list[Tried] | Refused:
    """Run a mapping over kept messages (I-12), or, without one, what each would be read by now; to see what it would
    make of them. Refuses what compiling refuses."""
    mapper = mappers.compile(document) if document is not None else None
    if isinstance(mapper, Refused):
        return mapper
    readings = inbox_orders.Readings(hub)
    return [_tried(hub, mapper, readings, message_id, kept) for message_id, kept in _kept(hub, message_ids)]


def send_again(
    hub: Hub,
    message_ids: Sequence[uuid.UUID],
    *,
    origin: orders.Origin,
    repaired: Mapping[uuid.UUID, bytes] = {},
    document: bytes | dict[str, Any] | None = None,
    now: dt.datetime,
) -> list[intake.Taken | Refused]:
    """Send messages of quarantine again: as they came, with a `repaired` text, or by another mapping `document`.

    What is still wrong waits again, with its new reason. Refuses `message.unknown` where nothing waits under an id,
    `message.erased`, `message.other_channel`, and what compiling the mapping refuses. All are of the origin's channel,
    or of none that could be read; at most `limits.BATCH_ORDERS_MAX`.
    """
    assert len(message_ids) <= limits.BATCH_ORDERS_MAX
    mapper = channel_mappings.compiled(hub, origin.channel, document) if document is not None else None
    answers: dict[uuid.UUID, intake.Taken | Refused] = {}
    readings = inbox_orders.Readings(hub)
    sent: list[tuple[uuid.UUID, intake.Item]] = []
    for message_id, kept in _kept(hub, message_ids):
        if kept is None or kept.state != "quarantined" or kept.channel not in ("", origin.channel):
            answers[message_id] = Refused("message.unknown", {"message_id": str(message_id)})
            continue
        raw = repaired.get(message_id) or _opened(hub, kept)
        if raw is None:
            answers[message_id] = Refused("message.erased", {"message_id": str(message_id)})
        elif isinstance(mapper, Refused):
            answers[message_id] = mapper
        else:
            made = _made(readings, mapper, kept, raw, channel=origin.channel)
            sent.append((message_id, _item(hub, made, kept, raw, channel=origin.channel, now=now)))
    done = intake.take(hub, [item for _, item in sent], origin=origin, read=readings, now=now)
    answers.update({message_id: taken for (message_id, _), taken in zip(sent, done, strict=True)})
    return [answers[message_id] for message_id in message_ids]


def apart(hub: Hub, message_id: uuid.UUID, *, masks: frozenset[str]) -> anatomies.Anatomy | Refused:
    """A kept message taken apart, people masked. Refuses `message.unknown`, `message.erased`, `message.masked`."""
    ((_, kept),) = _kept(hub, [message_id])
    if kept is None:
        return Refused("message.unknown", {"message_id": str(message_id)})
    raw = anatomies.opened(hub, kept)
    return raw if isinstance(raw, Refused) else anatomies.of(hub, kept, raw, masks=masks)


def repaired(hub: Hub, message_id: uuid.UUID, changes: Mapping[str, Any]) -> bytes | Refused:
    """The text of a kept message with these values at these places. Refuses `message.unknown`, `message.erased`,
    `message.not_json` and `message.no_place`."""
    ((_, kept),) = _kept(hub, [message_id])
    if kept is None:
        return Refused("message.unknown", {"message_id": str(message_id)})
    raw = anatomies.opened(hub, kept)
    return raw if isinstance(raw, Refused) else anatomies.changed(raw, changes)


def write_sheet(hub: Hub, import_id: uuid.UUID, path: Path) -> int | Refused:
    """Write the rows of an import that wait in quarantine, each with its reason, as .xlsx or .csv; returns how many.

    Corrected and imported, the sheet reads as if its rows had come right the first time. Refuses `import.unknown`.
    """
    with hub.database.workspace(hub.workspace) as connection:
        found = imports_store.read(connection, import_id)
    if found is None:
        return Refused("import.unknown", {"import_id": str(import_id)})
    mapper = mappers.compile(found.mapping)
    assert isinstance(mapper, mappers.Mapper), "a mapping that an import began with compiles"
    failures = _failures(hub, import_id, mapper)
    first = next(failures, None)
    header = first[0] if first is not None else []
    rows = (failure for _, some in _chained(first, failures) for failure in some)
    write = sheets.write_xlsx if path.suffix.lower() == ".xlsx" else sheets.write_csv
    return write(path, header=header, failures=rows)


def _chained(first: Any, rest: Iterator[Any]) -> Iterator[Any]:
    if first is not None:
        yield first
        yield from rest


def _failures(
    hub: Hub, import_id: uuid.UUID, mapper: mappers.Mapper
) -> Iterator[tuple[list[str], list[sheets.Failure]]]:
    """The table's header with the rows of each message that wait, in the order of the file."""
    after = (-1, uuid.UUID(int=0))
    while True:
        with hub.database.workspace(hub.workspace) as connection:
            page = imports_store.refused(connection, import_id, after=after, most=limits.PAGE_ROWS_MAX)
        for message in page:
            raw = _opened(hub, message)
            if raw is not None:
                payload = msgspec.json.decode(raw)
                yield payload["header"], _rows(message, payload, mapper)
        if len(page) < limits.PAGE_ROWS_MAX:
            return
        after = (page[-1].row_from or 0, page[-1].message_id)


def _rows(message: messages_store.Message, payload: dict[str, Any], mapper: mappers.Mapper) -> list[sheets.Failure]:
    reason = message.reason or {}
    by_row = _reasons(reason, payload, mapper)
    numbers = payload.get("numbers") or range(message.row_from or 0, (message.row_from or 0) + len(payload["rows"]))
    whole = (str(reason.get("data", {}).get("field", "")), reason.get("code", ""), reason.get("data", {}))
    told: list[sheets.Failure] = []
    for at, (number, cells) in enumerate(zip(numbers, payload["rows"], strict=False)):
        if message.became and at not in by_row:
            continue  # A row of a credit note that found its order.
        field, code, data = by_row.get(at, whole)
        told.append(sheets.Failure(number, cells, field, codes.text(code, data, "zh"), codes.text(code, data, "en")))
    return told


def _reasons(
    reason: dict[str, Any], payload: dict[str, Any], mapper: mappers.Mapper
) -> dict[int, tuple[str, str, dict[str, Any]]]:
    """Row of the message → (field, code, data), where a reason is of a row."""
    found: dict[int, tuple[str, str, dict[str, Any]]] = {}
    for each in reason.get("data", {}).get("errors", ()):
        if each.get("row") is not None:
            data = {**each.get("data", {}), "excerpt": each.get("excerpt", "")}
            found.setdefault(each["row"], (each["path"], each["code"], data))
    for each in reason.get("rows", ()):
        rows = [each["row"]]
        if each["row"] is None:
            draft = mapper.map(payload)
            rows = draft.freight_rows if isinstance(draft, drafts.Draft) else []
        found.update(dict.fromkeys(rows, ("", each["code"], each["data"])))
    return found


def _kept(hub: Hub, message_ids: Sequence[uuid.UUID]) -> Iterator[tuple[uuid.UUID, messages_store.Message | None]]:
    with hub.database.workspace(hub.workspace) as connection:
        found = messages_store.kept(connection, message_ids)
    return iter([(message_id, found.get(message_id)) for message_id in dict.fromkeys(message_ids)])


def _opened(hub: Hub, message: messages_store.Message) -> bytes | None:
    try:
        return messages.open_(hub, message_id=message.message_id, sealed=message.sealed)
    except sealing.SealBroken:
        return None


def _tried(
    hub: Hub,
    mapper: mappers.Mapper | None,
    readings: inbox_orders.Readings,
    message_id: uuid.UUID,
    kept: messages_store.Message | None,
) -> Tried:
    if kept is None:
        return Tried(message_id, refused=Refused("message.unknown", {"message_id": str(message_id)}))
    raw = _opened(hub, kept)
    if raw is None:
        return Tried(message_id, refused=Refused("message.erased", {"message_id": str(message_id)}))
    made = _made(readings, mapper, kept, raw, channel=kept.channel)
    return Tried(message_id, refused=made) if isinstance(made, Refused) else Tried(message_id, made)


def _made(
    readings: inbox_orders.Readings,
    mapper: mappers.Mapper | None,
    kept: messages_store.Message,
    raw: bytes,
    *,
    channel: str,
) -> list[drafts.Draft] | Refused:
    """What a text says in place of a message's own, by a mapping if one is given."""
    if mapper is not None:
        return inbox_orders.drafts_of(mapper, raw)
    if kept.door == order_bodies.DOOR and (named := order_bodies.channel_of(raw)) != channel:
        return Refused("message.other_channel", {"channel": channel, "named": named})
    return readings.drafts(kept, raw)


def _item(
    hub: Hub,
    made: list[drafts.Draft] | Refused,
    kept: messages_store.Message,
    raw: bytes,
    *,
    channel: str,
    now: dt.datetime,
) -> intake.Item:
    digest = hashlib.sha256(kept.message_id.bytes + b"|again|" + now.isoformat().encode() + raw).digest()
    message = messages.received(
        hub, raw, channel=channel, external_no=kept.external_no, door=kept.door, now=now, digest=digest
    )
    message.import_id, message.row_from, message.row_count = kept.import_id, kept.row_from, kept.row_count
    if isinstance(made, list) and len(made) != 1:
        made = Refused("message.no_order", {"mapping": ""})
    if isinstance(made, Refused):
        return intake.Item(message, refused=made, again=kept)
    message.external_no, message.intent = made[0].external_no or kept.external_no, made[0].intent
    return intake.Item(message, made[0], again=kept)
