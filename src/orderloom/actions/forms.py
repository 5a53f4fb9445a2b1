"""The verbs of forms: tell one, take a submission. An order comes in by the road of every order, at the door "form".

A submission has an id of its sender's: sent again it gets its first answer. Each is read by the form's fields, then the
form's checks are asked; what is wrong is refused with every field named, and nothing is kept of it.
"""

import datetime as dt
import hashlib
import uuid
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import msgspec

from orderloom.actions import fields, gather, messages, orders, records
from orderloom.actions.hub import Hub
from orderloom.deciding import dictionaries
from orderloom.deciding.reference import Reference
from orderloom.deciding.work import Outcome
from orderloom.domain.catalogue import Sku
from orderloom.domain.fields import values
from orderloom.domain.fields.dictionaries import Check
from orderloom.domain.fields.values import Wrong
from orderloom.domain.forms import definition
from orderloom.domain.mappings import drafts
from orderloom.kit import ids
from orderloom.kit.refusals import Refused
from orderloom.rules import forms as rules_forms
from orderloom.store import database as db
from orderloom.store import facts
from orderloom.store import files as files_store
from orderloom.store import forms as forms_store

# How an order of a form is carried out: a wish goes in, its outcome comes out.
Place = Callable[[gather.Placed], Outcome]


class Entry(msgspec.Struct, frozen=True):
    """The way a submission comes: by a key (`api`), or by a link, with who is trusted for it."""

    kind: str
    actor: str
    source: str
    link: forms_store.Link | None = None

    @property
    def origin(self) -> str | None:
        """The door that files must have come through; who has a key may name any."""
        return None if self.link is None else f"link:{self.link.link_id}"


class Sent(msgspec.Struct, frozen=True):
    """A submission as it came, with its bytes."""

    form: str
    submission_id: str
    values: dict[str, Any]
    raw: bytes
    now: dt.datetime


class Submitted(msgspec.Struct, omit_defaults=True):
    """What a submission became: an order or a record, by its number."""

    subject: str
    number: str
    repeated: bool = False
    holds: list[str] = []


class Tried(msgspec.Struct):
    """A form filled in and not sent: the fields that are not seen, and what is wrong so far."""

    hidden: list[str]
    wrong: list[Wrong]


def attempt(hub: Hub, form: rules_forms.Ready, stated: dict[str, Any]) -> Tried:
    """What a submission of these values would be told, as by a key; nothing is kept."""
    with hub.database.workspace(hub.workspace) as connection:
        read = _read(connection, form, stated, Entry("api", "", ""), hub.reference(connection))
    return Tried(sorted(read.hidden), read.wrong)


def ready(reference: Reference, name: str) -> rules_forms.Ready | None:
    """A form in force with its expressions compiled, kept beside the snapshot; None when there is none."""
    published = reference.documents.get("form", {}).get(name)
    if published is None:
        return None
    key = f"form {name}"
    if key not in reference.kept:
        form = definition.read(published.content)
        own = dictionaries.of(reference, form.subject)
        reference.kept[key] = rules_forms.Ready(
            form, own.dictionary if own is not None else None, zone=reference.settings.zone
        )
    return reference.kept[key]


def submit(hub: Hub, entry: Entry, sent: Sent, *, place: Place) -> Submitted | Refused:
    """Take a submission. Refuses what is wrong with its fields (`errors` names each), what a check of the form or a
    rule says no to, and `form.unknown`, `form.not_by_this_way`, `form.other_body`, `form.link_used_up`."""
    with hub.database.workspace(hub.workspace) as connection:
        reference = hub.reference(connection)
    form = ready(reference, sent.form)
    if form is None:
        return Refused("form.unknown", {"form": sent.form})
    if entry.kind not in form.form.entries:
        return Refused("form.not_by_this_way", {"form": sent.form, "way": entry.kind})
    begun = forms_store.Submission(
        sent.form, sent.submission_id, hashlib.sha256(msgspec.json.encode(sent.values, order="sorted")).digest(),
        sent.now, entry.link.link_id if entry.link is not None else None,
    )  # fmt: skip
    known = _begin(hub, begun)
    if isinstance(known, Refused | Submitted):
        return known
    try:
        done = _carry(hub, form, entry, sent, reference, place)
    except db.GONE:
        raise  # It may have been done just before: sent again it is found.
    except BaseException:
        _forget(hub, begun)
        raise
    if isinstance(done, Refused):
        _forget(hub, begun)
        return done
    with hub.database.workspace(hub.workspace) as connection:
        forms_store.settle(connection, begun, subject=f"{done.subject}/{done.number}")
    return done


def _begin(hub: Hub, begun: forms_store.Submission) -> Submitted | Refused | None:
    with hub.database.workspace(hub.workspace) as connection:
        known = forms_store.begin(connection, begun)
        if known is None:
            if begun.link_id is not None and not forms_store.use(connection, begun.link_id, now=begun.now):
                forms_store.give_back(connection, msgspec.structs.replace(begun, link_id=None))
                return Refused("form.link_used_up", {"form": begun.form})
            return None
    body_hash, subject = known
    if body_hash != begun.body_hash:
        return Refused("form.other_body", {"submission_id": begun.submission_id})
    if not subject:
        return None  # It was broken off: what it asks for is found or made under its own number.
    kind, _, number = subject.partition("/")
    return Submitted(kind, number, repeated=True)


def _forget(hub: Hub, begun: forms_store.Submission) -> None:
    with hub.database.workspace(hub.workspace) as connection:
        forms_store.give_back(connection, begun)


def _carry(
    hub: Hub, form: rules_forms.Ready, entry: Entry, sent: Sent, reference: Reference, place: Place
) -> Submitted | Refused:
    stated = dict(sent.values)
    if entry.link is not None and entry.link.customer_no:
        stated["customer_no"] = entry.link.customer_no
    with hub.database.workspace(hub.workspace) as connection:
        read = _read(connection, form, stated, entry, reference)
    if read.wrong:
        return fields.refused(read.wrong)
    if form.form.subject == "order":
        return _place(hub, form, entry, sent, read, place)
    return _record(hub, form, entry, sent, read)


class _Read(msgspec.Struct):
    """A submission's values in their one form, what is wrong with them, what they name, and what is not seen."""

    values: dict[str, Any]
    wrong: list[Wrong]
    files: set[uuid.UUID]
    skus: Mapping[str, Sku]
    hidden: frozenset[str]


def _read(
    connection: db.Connection, form: rules_forms.Ready, stated: dict[str, Any], entry: Entry, reference: Reference
) -> _Read:
    """Read the values, look up what they name, then ask the form's checks of values that are right."""
    frame = values.Frame(reference.places, reference.settings.currency)
    given = {each.name: each.default for each in form.dictionary.fields if each.default is not None}
    skus = facts.skus(connection, _codes(stated.get("lines")))
    total = _total(stated.get("lines"), skus, entry)
    context = rules_forms.context_of(form.form, {**given, **stated}, beside={"total": total})
    dictionary = form.dictionary
    if entry.link is not None and entry.link.customer_no:
        bound = [each for each in dictionary.fields if each.name != "customer_no"]
        dictionary = msgspec.structs.replace(dictionary, fields=(definition.ORDER["customer_no"], *bound))
    hidden = form.hidden(context)
    found = values.read(dictionary, stated, frame=msgspec.structs.replace(frame, hidden=hidden))
    [missing] = fields.missing(connection, [found.asks], origin=entry.origin)
    wrong = [*found.wrong, *missing]
    if not wrong:
        customers = facts.customers(connection, {found.values.get("customer_no", "")} - {""})
        customer = next((msgspec.to_builtins(each) for each in customers.values()), None)
        context = rules_forms.context_of(form.form, found.values, beside={"total": total, "customer": customer})
        wrong = [_failed(each) for each in form.failed(context)]
    return _Read(found.values, wrong, {uuid.UUID(each) for each in found.asks.files}, skus, hidden)


def _failed(check: Check) -> Wrong:
    return Wrong(check.field, "form.check_failed", {"reason_zh": check.zh, "reason_en": check.en})


def _codes(lines: Any) -> set[str]:
    named = [each.get("sku") for each in lines if isinstance(each, dict)] if isinstance(lines, list) else []
    return {each for each in named if isinstance(each, str)}


def _total(lines: Any, skus: Mapping[str, Sku], entry: Entry) -> float:
    """What the goods come to, in the currency's unit, for the form's checks: by the prices that the order will have."""
    total = Decimal(0)
    for each in lines if isinstance(lines, list) else ():
        try:
            total += _price(each, skus, entry) * Decimal(str(each["quantity"]))
        except (ArithmeticError, KeyError, TypeError, AttributeError, ValueError):
            continue  # What is wrong with the line is told by its field.
    return float(total)


def _price(line: Mapping[str, Any], skus: Mapping[str, Sku], entry: Entry) -> Decimal:
    """The price of one stated unit: the catalogue's; only who has a key may state another."""
    if entry.kind == "api" and line.get("price") is not None:
        return Decimal(str(line["price"]))
    sku = skus.get(line["sku"])
    if sku is None or sku.price is None:
        return Decimal(0)
    return sku.price * (sku.factor(line.get("unit", "")) or Decimal(1))


def _place(
    hub: Hub, form: rules_forms.Ready, entry: Entry, sent: Sent, read: _Read, place: Place
) -> Submitted | Refused:
    channel, now = form.form.channel, sent.now
    external_no = f"{sent.form}-{sent.submission_id}"
    draft = _draft(external_no, read, entry, now)
    message = messages.received(hub, sent.raw, channel=channel, external_no=external_no, door="form", now=now)
    placing = orders.Placing(draft, message, None, hub.ids.new(now))
    origin = orders.Origin(channel, "form", entry.actor, entry.source)
    outcome = place(gather.Placed(placing, origin))
    if outcome.refused is not None:
        return outcome.refused
    with hub.database.workspace(hub.workspace) as connection:
        files_store.use(connection, dict.fromkeys(read.files, outcome.order_no), at=now)
    return Submitted("order", outcome.order_no, outcome.repeated, list(outcome.holds))


def _draft(external_no: str, read: _Read, entry: Entry, now: dt.datetime) -> drafts.Draft:
    said = definition.nested(read.values)
    lines = [
        drafts.Line(
            line_no=number,
            sku=each["sku"],
            quantity=Decimal(str(each["quantity"])),
            unit=each.get("unit", ""),
            price=_price(each, read.skus, entry),
            name=read.skus[each["sku"]].name,
            row=number - 1,
            custom=each.get("custom", {}),
        )
        for number, each in enumerate(said.get("lines", ()), 1)
    ]
    notes = {name: text for name, text in said.get("notes", {}).items() if text}
    consignee = _person(said.get("consignee", {}))
    return drafts.Draft(
        external_no=external_no,
        kind=said.get("kind", "stock"),
        customer_no=said.get("customer_no", ""),
        buyer=_person(said.get("buyer", {})) if said.get("buyer") else consignee,
        consignee=consignee,
        invoice=drafts.Invoice(**said.get("invoice", {})),
        payment_method=said.get("payment_method", ""),
        placed_at=now,
        requested_at=_at(said.get("requested_at")),
        ship_by=_at(said.get("ship_by")),
        notes=notes,
        packing_request=said.get("packing_request", ""),
        carrier_requested=said.get("carrier_requested", ""),
        lines=lines,
        custom=said.get("custom", {}),
    )


def _person(said: Mapping[str, Any]) -> drafts.Person:
    phone = said.get("phone", "")
    place = {name: text for name, text in said.get("address", {}).items() if name != "country"}
    return drafts.Person(name=said.get("name", ""), phone=phone, phone_state="known" if phone else "", **place)


def _at(text: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text) if text else None


def _record(hub: Hub, form: rules_forms.Ready, entry: Entry, sent: Sent, read: _Read) -> Submitted | Refused:
    record_id = ids.derived(hashlib.sha256(f"form {sent.form} {sent.submission_id}".encode()).digest())
    wanted = records.Wanted(read.values, record_id=record_id, form=sent.form)
    teller = records.Teller(entry.actor, entry.source, sent.now, entry.origin)
    [told] = records.create(hub, form.form.subject, [wanted], teller=teller)
    if isinstance(told, Refused):
        return told
    return Submitted(form.form.subject, told.record_no, told.repeated)
