"""The verbs of what people are told: words filled in, kept in the inbox, and handed on to the messengers of a route.

All that one batch says is written in one transaction, under ids made of the rows that asked for it: a batch that comes
again after a crash tells nothing twice.
"""

import base64
import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

import msgspec

from orderloom.actions import shipped, tracking
from orderloom.actions.hub import Hub
from orderloom.deciding.reference import Reference
from orderloom.domain import people as people_words
from orderloom.domain.messengers import EMAIL, EVERYONE, Mentions, Message, People, Route
from orderloom.domain.templates import LEVELS, Level, Told
from orderloom.kit import ids, limits, money
from orderloom.rules import templates
from orderloom.store import database as db
from orderloom.store import notices as notices_store
from orderloom.store import outbox as outbox_store
from orderloom.store import relay as relay_store
from orderloom.store.outbox import Claimed, Row

CUSTOMER = "customer"


class Telling(msgspec.Struct, frozen=True):
    """What a row asks to be told: to whom, by which template, with which values. `messenger` is one more that is to
    carry it, `without` one that must not; `quiet` keeps it out of the inbox; `emails` are addresses beside those of the
    routes, `persons` are sealed people by the name they have in the template. `level` may make it louder than the
    template is."""

    row: Claimed
    audiences: Sequence[str]
    template: str
    values: Mapping[str, Any]
    messenger: str = ""
    quiet: bool = False
    emails: Sequence[str] = ()
    persons: Mapping[str, uuid.UUID] = {}
    without: str = ""
    level: Level = "info"


def tell(hub: Hub, tellings: Sequence[Telling], *, now: dt.datetime) -> list[int]:
    """Tell all of it; for each, to how many messengers it was handed on. Told twice is told once."""
    with hub.database.workspace(hub.workspace) as connection:
        reference = hub.reference(connection)
        contexts = _contexts(hub, connection, reference, tellings, now)
        notices: list[notices_store.Notice] = []
        rows: list[Row] = []
        handed: list[int] = []
        for telling, context in zip(tellings, contexts, strict=True):
            filled = _filler(reference, telling.template).fill(context)
            told = msgspec.structs.replace(filled, level=max(filled.level, telling.level, key=LEVELS.index))
            if not telling.quiet:
                notices.extend(_notices(telling, told))
            mine = list(_messages(hub, reference, telling, told, now))
            rows.extend(mine)
            handed.append(len(mine))
        notices_store.insert(connection, notices, now=now)
        outbox_store.insert_once(connection, rows)
    return handed


def mark_seen(
    hub: Hub,
    *,
    person: str,
    audiences: Collection[str] | None,
    notice_ids: Sequence[uuid.UUID] | None = None,
    now: dt.datetime,
) -> int:
    """Note that a person has seen notices told to these audiences (None: to anybody): those named, or all, the oldest
    first, as far as one call goes; returns how many were new to them."""
    with hub.database.workspace(hub.workspace) as connection:
        return notices_store.mark(
            connection, person=person, notice_ids=notice_ids, audiences=audiences, count=limits.NOTICES_MARKED_MAX,
            now=now,
        )  # fmt: skip


def contacts(hub: Hub, rows: Sequence[Claimed]) -> dict[str, str]:
    """E-mail addresses of the customers of these rows' orders by subject, where a route leads to customers at all."""
    with hub.database.workspace(hub.workspace) as connection:
        routes = hub.reference(connection).settings.routes
        if not any(each.audience == CUSTOMER for each in routes):
            return {}
        found = notices_store.contacts(connection, _order_ids(each.subject for each in rows))
    return {str(order_id): email for order_id, email in found.items()}


def place(outbox_id: uuid.UUID) -> bytes:
    """What the seal of a message on its way is bound to."""
    return b"message out " + outbox_id.bytes


def route_place(audience: str, messenger: str) -> bytes:
    """What the seal of a route's people is bound to."""
    return f"route {audience} {messenger}".encode()


def local(at: Any, reference: Reference) -> str | None:
    """An instant, or its text, as people of the workspace read it; None for what is none."""
    if isinstance(at, str):
        try:
            at = dt.datetime.fromisoformat(at)
        except ValueError:
            return None
    if not isinstance(at, dt.datetime) or at.tzinfo is None:
        return None
    return f"{at.astimezone(reference.zone):%Y-%m-%d %H:%M}"


class OrderLike(Protocol):
    """What templates are told of an order."""

    @property
    def order_no(self) -> str: ...
    @property
    def channel(self) -> str: ...
    @property
    def total_minor(self) -> int: ...
    @property
    def currency(self) -> str: ...
    @property
    def placed_at(self) -> dt.datetime | None: ...


def order_values(order: OrderLike, reference: Reference) -> dict[str, Any]:
    """What a template may say of an order, under `order`."""
    total = money.major(order.total_minor, order.currency)
    channel = reference.channels.get(order.channel)
    return {
        "order_no": order.order_no,
        "channel": order.channel,
        "channel_name": (channel.name if channel is not None else "") or order.channel,
        "total": float(total),
        "total_text": f"{total:,} {order.currency}",
        "currency": order.currency,
        "placed_at": local(order.placed_at, reference),
    }


def _filler(reference: Reference, name: str) -> templates.Filler:
    """The template in force, or the shipped one; an unknown name says what `zh` and `en` of its values say."""
    kept: dict[str, templates.Filler] = reference.kept.setdefault("fillers", {})
    found = kept.get(name)
    if found is None:
        published = reference.documents.get("template", {}).get(name)
        content = published.content if published is not None else _shipped(name)
        found = kept[name] = templates.filler(content, zone=reference.settings.zone)
    return found


def _shipped(name: str) -> dict[str, Any]:
    known = {each.name: each.content for each in shipped.documents() if each.kind == "template"}
    return known.get(name) or known["notice"]


def _contexts(
    hub: Hub, connection: db.Connection, reference: Reference, tellings: Sequence[Telling], now: dt.datetime
) -> list[dict[str, Any]]:
    """The values of each, with its order and its people as far as they are known; two statements for all of them."""
    facts = relay_store.facts_of_orders(connection, _order_ids(each.row.subject for each in tellings))
    asked = {each for telling in tellings for each in telling.persons.values()}
    opened = {
        person: people_words.read(hub.sealer.open(sealed, aad=people_words.place(person)))
        for person, sealed in relay_store.persons(connection, asked).items()
    }
    made: list[dict[str, Any]] = []
    for telling in tellings:
        context = dict(telling.values)
        fact = facts.get(_uuid(telling.row.subject) or uuid.UUID(int=0))
        if fact is not None:
            order = order_values(fact, reference)
            if _filler(reference, telling.template).asks("tracking_url"):
                link = tracking.ensure(hub, connection, fact.order_id, actor="messages", now=now)
                order["tracking_url"] = link.url or None
            stated = context.get("order")
            context["order"] = {**order, **(stated if isinstance(stated, dict) else {})}
        masks = people_words.PERSONAL - set(_filler(reference, telling.template).template.clear)
        for name, person in telling.persons.items():
            shown = people_words.masked(opened.get(person, {}), masks)
            context[name] = {field: text for field, text in shown.items() if text}
        made.append(context)
    return made


def _notices(telling: Telling, told: Told) -> Iterator[notices_store.Notice]:
    said = {"title": msgspec.to_builtins(told.title), "text": msgspec.to_builtins(told.text)}
    for number, audience in enumerate(dict.fromkeys(telling.audiences)):
        row = telling.row
        notice_id = ids.beside(row.outbox_id, f"notice {audience}") if number else row.outbox_id
        yield notices_store.Notice(notice_id, row.topic, row.subject, audience, row.payload, said, told.level)


def _messages(hub: Hub, reference: Reference, telling: Telling, told: Told, now: dt.datetime) -> Iterator[Row]:
    """A row a messenger, and of mailboxes one a recipient, so that each is taken or refused by itself."""
    settings = reference.settings
    if not settings.messengers:
        return
    messengers = {each.name: each for each in settings.messengers}
    written: set[tuple[str, str]] = set()
    for route in _routes(settings.routes, telling):
        messenger = messengers.get(route.messenger)
        if messenger is None or messenger.name == telling.without:
            continue
        people = _people(hub, route)
        emails = [*people.emails, *(telling.emails if route.audience == CUSTOMER else ())]
        for email in emails if messenger.kind == EMAIL else ("",):
            if (messenger.name, email) in written:
                continue
            written.add((messenger.name, email))
            language = "en" if messenger.language == "en" else "zh"
            message = Message(
                key=f"{telling.row.key}/{messenger.name}",
                title=told.title.of(language),
                text=told.text.of(language),
                markdown=told.markdown.of(language),
                level=told.level,
                mentions=Mentions(people.phones, people.users, people.everybody),
                to=email,
            )
            yield _row(hub, telling, message, messenger=messenger.name, now=now)


def _routes(routes: Iterable[Route], telling: Telling) -> Iterator[Route]:
    if telling.messenger:
        yield Route(telling.audiences[0], telling.messenger)
    for each in routes:
        fits = each.audience in telling.audiences or (each.audience == EVERYONE and CUSTOMER not in telling.audiences)
        if fits and (not each.templates or telling.template in each.templates):
            yield each


def _people(hub: Hub, route: Route) -> People:
    if not route.people:
        return People()
    opened = hub.sealer.open(base64.b64decode(route.people), aad=route_place(route.audience, route.messenger))
    return msgspec.json.decode(opened, type=People)


def _row(hub: Hub, telling: Telling, message: Message, *, messenger: str, now: dt.datetime) -> Row:
    row = telling.row
    outbox_id = ids.beside(row.outbox_id, f"{messenger} {message.to}")
    sealed = hub.sealer.seal(msgspec.json.encode(message), aad=place(outbox_id))
    payload = {
        "messenger": messenger,
        "template": telling.template,
        "audience": telling.audiences[0] if telling.audiences else "",
        "sealed": base64.b64encode(sealed).decode(),
    }
    # Each mailbox is in order for itself: one that refuses does not keep the others waiting.
    box = f" {hub.sealer.fingerprint(f'mailbox {message.to}').hex()[:16]}" if message.to else ""
    return Row(outbox_id, "messenger", f"{messenger}{box} {row.subject}", row.number, message.key, payload, now)


def _order_ids(subjects: Iterable[str]) -> set[uuid.UUID]:
    return {found for each in subjects if (found := _uuid(each)) is not None}


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
