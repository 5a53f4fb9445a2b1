"""Own fields of customers and SKUs on their way in, where a dictionary of them is in force; without one all is open.

What is entered takes the place of what stood, so what is required must be there whenever something is entered.
"""

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec

from orderloom.actions import fields, uniques
from orderloom.actions.hub import Hub
from orderloom.deciding import dictionaries
from orderloom.domain.catalogue import Sku
from orderloom.domain.customers import Customer
from orderloom.domain.fields import values
from orderloom.domain.fields.dictionaries import Dictionary
from orderloom.domain.fields.values import Wrong
from orderloom.kit import ids, limits
from orderloom.kit.refusals import Refused
from orderloom.store import database as db
from orderloom.store import facts, messages

Subject = Literal["customer", "sku"]
_encode = msgspec.json.Encoder(decimal_format="number").encode


def customers(hub: Hub, connection: db.Connection, entered: Sequence[Customer]) -> list[Customer] | Refused:
    """The customers with their own fields as the dictionary reads them, personal ones sealed, unique ones taken; or
    all that is wrong with them, each at `[number].custom.field`."""
    keys = [each.customer_no for each in entered]
    read = _read(hub, connection, "customer", dict(zip(keys, entered, strict=True)))
    if isinstance(read, Refused):
        return read
    return [msgspec.structs.replace(each, custom=read.get(each.customer_no, each.custom)) for each in entered]


def skus(hub: Hub, connection: db.Connection, entered: Sequence[Sku]) -> list[Sku] | Refused:
    """The SKUs with their own fields, as `customers` does."""
    read = _read(hub, connection, "sku", {each.sku: each for each in entered})
    if isinstance(read, Refused):
        return read
    return [msgspec.structs.replace(each, custom=read.get(each.sku, each.custom)) for each in entered]


def _read(
    hub: Hub, connection: db.Connection, subject: Subject, entered: Mapping[str, Customer | Sku]
) -> dict[str, dict[str, Any]] | Refused:
    """The own fields of each key, read; nothing where no dictionary is in force."""
    reference = hub.reference(connection)
    ready = dictionaries.of(reference, subject)
    if ready is None:
        return {}
    standing = facts.standing(connection, subject, list(entered))
    frame = values.Frame(reference.places, reference.settings.currency)
    made: dict[str, fields.Read] = {}
    held_back: dict[str, dict[str, Any]] = {}
    for key, each in entered.items():
        before = standing.get(key, {})
        # What comes back sealed as it stood stays so; what is stated as it stood may be retired.
        held_back[key] = {name: value for name, value in each.custom.items()
                          if fields.is_sealed(value) and before.get(name) == value}  # fmt: skip
        stated = {name: value for name, value in each.custom.items() if name not in held_back[key]}
        kept = {name: value for name, value in before.items() if name in held_back[key] or stated.get(name) == value}
        known = _without(ready.dictionary, held_back[key])
        made[key] = fields.read(ready, stated, frame=msgspec.structs.replace(frame, before=kept, hidden=known),
                                beside={subject: _plain(each)})  # fmt: skip
    wrong = _wrong(connection, made)
    if wrong:
        return fields.refused(wrong)
    own = _sealed(hub, connection, ready.dictionary, made, held_back)
    taken = _taken(connection, ready.dictionary, own, standing)
    return fields.refused(taken) if taken else own


def _plain(entered: Customer | Sku) -> dict[str, Any]:
    """What expressions see of it: amounts as numbers."""
    return msgspec.json.decode(_encode(entered))


def _without(dictionary: Dictionary, held_back: Mapping[str, Any]) -> frozenset[str]:
    """Fields that are not asked for, since they stay sealed as they are."""
    return frozenset(each.name for each in dictionary.fields if each.name in held_back)


def _wrong(connection: db.Connection, made: Mapping[str, fields.Read]) -> list[Wrong]:
    missing = fields.missing(connection, [each.asks for each in made.values()])
    return [
        fields.under(each, f"[{key}].custom.")
        for (key, read), lacking in zip(made.items(), missing, strict=True)
        for each in (*read.wrong, *lacking)
    ][: limits.WRONG_FIELDS_MAX]


def _sealed(
    hub: Hub,
    connection: db.Connection,
    dictionary: Dictionary,
    made: Mapping[str, fields.Read],
    held_back: Mapping[str, dict[str, Any]],
) -> dict[str, dict[str, Any]]:
    own: dict[str, dict[str, Any]] = {}
    people: list[messages.Person] = []
    for key, read in made.items():
        kept, sealed = fields.seal(hub, dictionary, read.values)
        own[key] = {**{name: value for name, value in kept.items() if value is not None}, **held_back[key]}
        people.extend(sealed)
    messages.insert_persons(connection, people)
    return own


def _taken(
    connection: db.Connection,
    dictionary: Dictionary,
    own: Mapping[str, dict[str, Any]],
    standing: Mapping[str, dict[str, Any]],
) -> list[Wrong]:
    """The values that others have. Those of this batch that are free are given back with the transaction."""
    keys = {_holder(dictionary.subject, key): key for key in own}
    held = [uniques.Held(holder, own[key], standing.get(key, {})) for holder, key in keys.items()]
    refused = uniques.take(connection, dictionary, held)
    return [
        Wrong(f"[{keys[holder]}].custom.{each.data['field']}", each.code, {"value": each.data["value"]})
        for holder, each in refused.items()
    ]


def _holder(subject: str, key: str) -> uuid.UUID:
    """Under which id a customer or a SKU holds its unique values."""
    return ids.derived(hashlib.sha256(f"{subject} {key}".encode()).digest())
