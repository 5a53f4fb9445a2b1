"""Dry runs (I-12): a changed channel document over the raw messages of a period, beside what they are read as now.

Nothing is written and nothing is decided: only reading is tried. Personal values show as their shape.
"""

import datetime as dt
import uuid
import zoneinfo
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from orderloom.actions import documents, judging, messages
from orderloom.actions.hub import Hub
from orderloom.domain import codes
from orderloom.domain.mappings import drafts, mappers, targets, values
from orderloom.inbox import channel_mappings, order_bodies
from orderloom.inbox import orders as inbox_orders
from orderloom.kit import limits, sealing
from orderloom.kit.refusals import Refused
from orderloom.store import channels as channels_store
from orderloom.store.messages import Message

_CHANGES_SHOWN = 50
LANGUAGES: tuple[codes.Language, ...] = ("zh", "en")


class Change(msgspec.Struct):
    """A field of the draft that would be read otherwise; None where it would be empty."""

    field: str
    before: Any
    after: Any


class Line(msgspec.Struct, omit_defaults=True):
    """A message that would be read otherwise. `before` and `after` are order, credit_note, cancel or quarantine, the
    refusals why it waits or would wait; `became` what it has become in the house."""

    message_id: uuid.UUID
    external_no: str
    received_at: dt.datetime
    became: str
    before: str
    after: str
    changes: list[Change] = []
    refused_before: Refused | None = None
    refused_after: Refused | None = None


class Counts(msgspec.Struct):
    """What the period's messages would come to. `unreadable` were erased, `own` came in the hub's own shape and are
    not mapped; `whole` says that no message was left out for their number."""

    messages: int = 0
    same: int = 0
    changed: int = 0
    newly_refused: int = 0
    newly_read: int = 0
    refused: int = 0
    unreadable: int = 0
    own: int = 0
    fields: dict[str, int] = {}
    whole: bool = True


def run(
    hub: Hub, channel: str, *, content: Mapping[str, Any], since: dt.datetime, until: dt.datetime
) -> Iterator[Line | Counts] | Refused:
    """Each message that would be read otherwise, then the counts; at most `limits.DRY_RUN_MESSAGES_MAX` are read.

    Refuses what publishing the document would refuse, cases apart, and `mapping.none` for one without a mapping.
    """
    proposal = documents.Proposal("channel", channel, dict(content))
    found = documents.check(hub, [proposal], cases=False)
    refused = found if isinstance(found, Refused) else judging.refusal(found)
    if refused is not None:
        return refused
    if not content.get("mapping"):
        return Refused("mapping.none", {"channel": channel, "columns": ""})
    after = channel_mappings.proposed(hub, content["mapping"], status_map=str(content.get("status_map", "")))
    return after if isinstance(after, Refused) else _lines(hub, channel, after, since=since, until=until)


def sample(hub: Hub, channel: str, *, content: Mapping[str, Any], raw: bytes) -> list[drafts.Draft] | Refused:
    """The drafts that a channel document makes of one message; nothing is kept. Refuses what publishing the document
    would refuse, cases apart, and what reading the message does."""
    proposal = documents.Proposal("channel", channel, dict(content))
    found = documents.check(hub, [proposal], cases=False)
    refused = found if isinstance(found, Refused) else judging.refusal(found)
    if refused is not None:
        return refused
    if not content.get("mapping"):
        made = order_bodies.read(raw)
        return made if isinstance(made, Refused) else [made]
    mapper = channel_mappings.proposed(hub, content["mapping"], status_map=str(content.get("status_map", "")))
    return mapper if isinstance(mapper, Refused) else inbox_orders.drafts_of(mapper, raw)


def period(
    since: dt.datetime | None, until: dt.datetime | None, *, zone: zoneinfo.ZoneInfo, now: dt.datetime
) -> tuple[dt.datetime, dt.datetime]:
    """The period as stated; without its ends, yesterday in the zone, and up to now where only its start is stated."""
    today = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    if since is None:
        return today - dt.timedelta(days=1), until or today
    return since, until or now


def told(line: Line) -> dict[str, Any]:
    """The line with its refusals in words, in both languages."""
    shown: dict[str, Any] = msgspec.to_builtins(line)
    for name in ("refused_before", "refused_after"):
        refused = getattr(line, name)
        if refused is not None:
            words = {each: codes.text(refused.code, refused.data, each) for each in LANGUAGES}
            shown[name] = {"code": refused.code, **words, "data": refused.data}
    return shown


def _lines(
    hub: Hub, channel: str, after: mappers.Mapper, *, since: dt.datetime, until: dt.datetime
) -> Iterator[Line | Counts]:
    counts = Counts()
    before = inbox_orders.Readings(hub)
    place = (since - dt.timedelta(microseconds=1), uuid.UUID(int=0))
    while counts.messages < limits.DRY_RUN_MESSAGES_MAX:
        with hub.database.workspace(hub.workspace) as connection:
            page = channels_store.period(
                connection, channel, since=since, until=until, after=place, most=limits.PAGE_ROWS_MAX
            )
        for message in page:
            line = _tried(hub, message, before, after, counts)
            if line is not None:
                yield line
        if len(page) < limits.PAGE_ROWS_MAX:
            yield counts
            return
        place = (page[-1].received_at, page[-1].message_id)
    counts.whole = False
    yield counts


def _tried(
    hub: Hub, message: Message, readings: inbox_orders.Readings, after: mappers.Mapper, counts: Counts
) -> Line | None:
    counts.messages += 1
    if message.door == "http":
        counts.own += 1
        return None
    try:
        raw = messages.open_(hub, message_id=message.message_id, sealed=message.sealed)
    except sealing.SealBroken:
        counts.unreadable += 1
        return None
    was, now = readings.drafts(message, raw), inbox_orders.drafts_of(after, raw)
    line = Line(
        message.message_id, message.external_no, message.received_at, message.became or message.state,
        _kind(was), _kind(now), _changes(was, now),
        refused_before=was if isinstance(was, Refused) else None,
        refused_after=now if isinstance(now, Refused) else None,
    )  # fmt: skip
    _count(line, counts)
    unchanged = line.before == line.after and not line.changes and _code(was) == _code(now)
    return None if unchanged else line


def _count(line: Line, counts: Counts) -> None:
    if line.before == line.after == "quarantine":
        counts.refused += 1
    elif line.after == "quarantine":
        counts.newly_refused += 1
    elif line.before == "quarantine":
        counts.newly_read += 1
    elif line.changes or line.before != line.after:
        counts.changed += 1
    else:
        counts.same += 1
    for field in {each.field for each in line.changes}:
        counts.fields[field] = counts.fields.get(field, 0) + 1


def _code(made: list[drafts.Draft] | Refused) -> str:
    return made.code if isinstance(made, Refused) else ""


def _kind(made: list[drafts.Draft] | Refused) -> str:
    return "quarantine" if isinstance(made, Refused) else made[0].intent


def _changes(was: list[drafts.Draft] | Refused, now: list[drafts.Draft] | Refused) -> list[Change]:
    """The fields that differ, of each draft of the message beside the one that stood in its place."""
    if isinstance(was, Refused) or isinstance(now, Refused):
        return []
    flat_was, flat_now = _flat_all(was), _flat_all(now)
    named = [name for name in {**flat_was, **flat_now} if flat_was.get(name) != flat_now.get(name)]
    return [
        Change(name, _shown(name, flat_was.get(name)), _shown(name, flat_now.get(name)))
        for name in named[:_CHANGES_SHOWN]
    ]


def _flat_all(made: list[drafts.Draft]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for at, draft in enumerate(made):
        _flatten(msgspec.to_builtins(draft), f"{at}." if len(made) > 1 else "", flat)
    return flat


def _flatten(value: Any, name: str, flat: dict[str, Any]) -> None:
    if isinstance(value, dict):
        for key, each in value.items():
            _flatten(each, f"{name}{key}.", flat)
    elif isinstance(value, list):
        for at, each in enumerate(value, 1):
            _flatten(each, f"{name}{at}.", flat)
    else:
        flat[name[:-1]] = value


def _shown(name: str, value: Any) -> Any:
    plain = name.partition(".")[2] if name[:1].isdigit() else name
    return values.shape(value) if value is not None and targets.personal(plain) else value
