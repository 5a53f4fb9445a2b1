"""Orders from raw messages: kept, mapped by their channel's document, their addresses read, handed to intake."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from orderloom.actions import intake, messages, notes, orders
from orderloom.actions.hub import Hub
from orderloom.domain.mappings import drafts, mappers
from orderloom.inbox import channel_mappings, order_bodies, persons
from orderloom.kit import limits
from orderloom.kit.refusals import Refused
from orderloom.store import imports as imports_store
from orderloom.store import messages as messages_store

_REASONS_MAX = 50
# The one key of an order that is kept by itself because its message brought several.
_ALONE = "#record"
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


def mapper(hub: Hub, *, channel: str) -> mappers.Mapper | Refused:
    """How this channel's messages are read: by its own mapping and status map, else by the shipped mapping.

    Refuses `channel.unknown`, and what `mappers.compile` refuses.
    """
    return channel_mappings.of(hub, channel)


def receive(
    hub: Hub, raws: Sequence[bytes], *, origin: orders.Origin, now: dt.datetime
) -> list[intake.Taken] | Refused:
    """Take raw JSON messages of a channel in; what became of each order in them, in order.

    What cannot be read is kept in quarantine with its reasons. Messages that waited for these orders are tried again.
    Refuses only what `mapper` refuses: then nothing was kept, and the sender keeps its messages.
    """
    reading = mapper(hub, channel=origin.channel)
    if isinstance(reading, Refused):
        return reading
    items = [item for raw in raws for item in _items(hub, reading, raw, origin=origin, now=now)]
    taken: list[intake.Taken] = []
    read = Readings(hub, given={None: reading})
    for start in range(0, len(items), limits.BATCH_ORDERS_MAX):
        batch = items[start : start + limits.BATCH_ORDERS_MAX]
        done = intake.take(hub, batch, origin=origin, read=read, now=now)
        taken.extend(done)
        came = {each.message_id for each in done if each.became == "order" and not each.repeated}
        awaited = {name for each in batch if each.draft is not None and each.message.message_id in came
                   for name in (f"order {each.message.external_no}", f"customer {each.draft.customer_no}")}  # fmt: skip
        retry(hub, sorted(awaited), origin=origin, read=read, now=now)
    return taken


def retry(hub: Hub, awaited: Sequence[str], *, origin: orders.Origin, read: intake.Read, now: dt.datetime) -> int:
    """Try messages again that wait for one of these ("order X", "customer Y"); how many rows found their place."""
    with hub.database.workspace(hub.workspace) as connection:
        waiting = messages_store.waiting(connection, channel=origin.channel, awaited=awaited)
    return notes.retry(hub, waiting, origin=origin, read=read, now=now) if waiting else 0


class Readings:
    """How kept messages are read, each as it came: our own JSON as it is, a file's rows by the mapping of their import,
    the rest by the mapping of their channel. Given mappings are used in place of those."""

    def __init__(self, hub: Hub, *, given: Mapping[uuid.UUID | None, mappers.Mapper] = {}) -> None:
        self._hub = hub
        self._known: dict[uuid.UUID | str | None, mappers.Mapper | Refused] = {**given}

    def __call__(self, message: messages_store.Message, raw: bytes) -> drafts.Draft | None:
        """The one draft of a message; None when it makes none, or several."""
        made = self.drafts(message, raw)
        return made[0] if isinstance(made, list) and len(made) == 1 else None

    def drafts(self, message: messages_store.Message, raw: bytes) -> list[drafts.Draft] | Refused:
        """Every draft of a message, or why it makes none."""
        if message.door == order_bodies.DOOR:
            made = order_bodies.read(raw)
            return made if isinstance(made, Refused) else [made]
        reading = self.mapper(message)
        return reading if isinstance(reading, Refused) else drafts_of(reading, raw)

    def mapper(self, message: messages_store.Message) -> mappers.Mapper | Refused:
        """The mapping by which a message is read. Refuses what compiling it refuses."""
        if message.import_id in self._known:
            return self._known[message.import_id]
        if message.import_id is None:
            if message.channel not in self._known:
                self._known[message.channel] = mapper(self._hub, channel=message.channel)
            return self._known[message.channel]
        with self._hub.database.workspace(self._hub.workspace) as connection:
            found = imports_store.read(connection, message.import_id)
        assert found is not None, "imports are never deleted"
        return self._known.setdefault(
            message.import_id, channel_mappings.compiled(self._hub, message.channel, found.mapping)
        )


def retry_waiting(hub: Hub, *, channel: str, now: dt.datetime) -> int:
    """Try what waits for orders and customers that are here by now; how many rows found their place."""
    with hub.database.workspace(hub.workspace) as connection:
        awaited = messages_store.awaited(connection, channel=channel)
    origin = orders.Origin(channel, "channel", "hub", "hub")
    return retry(hub, awaited, origin=origin, read=Readings(hub), now=now) if awaited else 0


def drafts_of(reading: mappers.Mapper, raw: bytes) -> list[drafts.Draft] | Refused:
    """Every draft of a message, or why it makes none."""
    try:
        records = _records(reading, raw)
    except _UNREADABLE as error:
        return Refused("message.not_json", {"problem": str(error)[:200]})
    made = [draft(reading, record) for record in records]
    wrong = next((each for each in made if isinstance(each, list)), None)
    if wrong is not None or not made:
        return reason(wrong) if wrong else Refused("message.no_order", {"mapping": reading.name})
    return [each for each in made if isinstance(each, drafts.Draft)]


def draft(reading: mappers.Mapper, record: Any) -> drafts.Draft | list[drafts.FieldError]:
    """A record mapped, with its addresses read."""
    made = reading.map(record)
    if isinstance(made, drafts.Draft):
        made.consignee, made.buyer = persons.located(made.consignee), persons.located(made.buyer)
    return made


def reason(errors: Sequence[drafts.FieldError]) -> Refused:
    """Why a message makes no order: the first error's code, with all of them beside it."""
    told = [msgspec.to_builtins(each) for each in errors[:_REASONS_MAX]]
    return Refused(errors[0].code, {**errors[0].data, "field": errors[0].path, "errors": told})


def _items(
    hub: Hub, reading: mappers.Mapper, raw: bytes, *, origin: orders.Origin, now: dt.datetime
) -> list[intake.Item]:
    def kept(content: bytes, external_no: str) -> messages_store.Message:
        return messages.received(
            hub, content, channel=origin.channel, external_no=external_no, door=origin.door, now=now
        )

    try:
        records = _records(reading, raw)
    except _UNREADABLE as error:
        return [intake.Item(kept(raw, ""), refused=Refused("message.not_json", {"problem": str(error)[:200]}))]
    if not records:
        return [intake.Item(kept(raw, ""), refused=Refused("message.no_order", {"mapping": reading.name}))]
    items: list[intake.Item] = []
    for record in records:
        # Several orders in one message are kept each by itself, each with its own order.
        content = raw if len(records) == 1 else msgspec.json.encode({_ALONE: record})
        made = draft(reading, record)
        if isinstance(made, drafts.Draft):
            message = kept(content, made.external_no)
            message.intent = made.intent
            items.append(intake.Item(message, made))
        else:
            items.append(intake.Item(kept(content, reading.number(record)), refused=reason(made)))
    return items


def _records(reading: mappers.Mapper, raw: bytes) -> list[Any]:
    message = msgspec.json.decode(raw)
    if isinstance(message, dict) and message.keys() == {_ALONE}:
        return [message[_ALONE]]
    return reading.records(message)
