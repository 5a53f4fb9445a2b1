"""Values of own fields on their way in: read by the dictionary in force, what they name looked up, people sealed."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from orderloom.actions import parties
from orderloom.actions.hub import Hub
from orderloom.domain.fields import values
from orderloom.domain.fields.dictionaries import Check, Dictionary
from orderloom.domain.fields.values import Asks, Wrong
from orderloom.domain.mappings import drafts
from orderloom.kit import limits
from orderloom.kit.refusals import Refused
from orderloom.rules import fields as rules_fields
from orderloom.store import database as db
from orderloom.store import facts
from orderloom.store import files as files_store
from orderloom.store.messages import Person

# The key under which a sealed value names its person.
SEALED = "sealed"


class Read(msgspec.Struct):
    """Values read, what is wrong with them, what they name, and which fields are not seen."""

    values: dict[str, Any]
    wrong: list[Wrong]
    asks: Asks


def read(
    fields: rules_fields.Fields, stated: Mapping[str, Any], *, frame: values.Frame, beside: Mapping[str, Any]
) -> Read:
    """Read values by a subject's fields: defaults filled, conditions asked, what is computed worked out.

    `beside` is what expressions may see besides the fields; `frame.before` are the values that stand.
    """
    given = {each.name: each.default for each in fields.dictionary.fields if each.default is not None}
    seen = {**dict.fromkeys(each.name for each in fields.dictionary.fields), **(given if not frame.partial else {})}
    seen.update({**frame.before, **stated})
    context = {**seen, **beside}
    fields.compute(context)
    found = values.read(fields.dictionary, stated, frame=_hiding(frame, fields.hidden(context)))
    context = {**seen, **found.values, **beside}
    computed = fields.compute(context)
    if not found.wrong:
        found.wrong.extend(map(_failed, fields.failed(context)))
    kept = {**found.values, **computed} if frame.partial else {**found.values, **_there(computed)}
    return Read(kept, found.wrong, found.asks)


def _hiding(frame: values.Frame, hidden: frozenset[str]) -> values.Frame:
    return msgspec.structs.replace(frame, hidden=frame.hidden | hidden)


def _failed(check: Check) -> Wrong:
    return Wrong(check.field, "field.check_failed", {"reason_zh": check.zh, "reason_en": check.en})


def _there(computed: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in computed.items() if value is not None}


def missing(connection: db.Connection, asks: Sequence[Asks], *, origin: str | None = None) -> list[list[Wrong]]:
    """For each, what it names and is not there. With `origin`, files must have come through that door."""
    customers = facts.customers(connection, {number for each in asks for number in each.customers})
    skus = facts.skus(connection, {sku for each in asks for sku in each.skus})
    files = files_store.find(connection, {uuid.UUID(file_id) for each in asks for file_id in each.files})
    return [_missing(each, customers, skus, files, origin) for each in asks]


def _missing(
    asks: Asks,
    customers: Mapping[str, Any],
    skus: Mapping[str, Any],
    files: Mapping[uuid.UUID, Any],
    origin: str | None,
) -> list[Wrong]:
    found = [
        Wrong(path, "field.customer_unknown", {"field": path, "value": number})
        for number, path in asks.customers.items()
        if number not in customers
    ]
    found += [
        Wrong(path, "field.sku_unknown", {"field": path, "value": sku})
        for sku, path in asks.skus.items()
        if sku not in skus or skus[sku].retired_at is not None
    ]
    for file_id, (path, type_) in asks.files.items():
        file = files.get(uuid.UUID(file_id))
        if file is None or (origin is not None and file.origin != origin):
            found.append(Wrong(path, "field.file_unknown", {"field": path, "value": file_id}))
        elif type_ in ("image", "signature") and not file.media_type.startswith("image/"):
            found.append(Wrong(path, "field.not_an_image", {"field": path, "value": file.media_type}))
    return found


def under(wrong: Wrong, prefix: str) -> Wrong:
    """The same at its place in what holds the fields."""
    return Wrong(prefix + wrong.path, wrong.code, {**wrong.data, "field": prefix + wrong.path})


def refused(wrong: Sequence[Wrong]) -> Refused:
    """The first thing that is wrong, with all of them beside it: `errors` has field, code and data of each."""
    first = wrong[0]
    errors = [{"field": each.path, "code": each.code, "data": dict(each.data)} for each in wrong]
    return Refused(first.code, {**first.data, "field": first.path, "errors": errors[: limits.WRONG_FIELDS_MAX]})


def seal(hub: Hub, dictionary: Dictionary, stated: dict[str, Any]) -> tuple[dict[str, Any], list[Person]]:
    """The values with personal ones sealed, and the sealed persons to be saved beside them."""
    kept, people = dict(stated), []
    for field in dictionary.fields:
        value = kept.get(field.name)
        if not field.personal or value is None or is_sealed(value):
            continue
        match field.type:
            case "phone":
                person = drafts.Person(phone=value, phone_state="known")
            case "address":
                person = drafts.Person(address=msgspec.json.encode(value).decode())
            case _:
                person = drafts.Person(name=value)
        party, sealed = parties.seal(hub, person)
        assert sealed is not None, "an empty value is no value"
        kept[field.name] = {SEALED: str(party.person)}
        people.append(sealed)
    return kept, people


def is_sealed(value: Any) -> bool:
    """Whether it names a sealed person instead of saying a value."""
    return isinstance(value, dict) and set(value) == {SEALED}
