"""Values that only one holder of a field may have: taken and given back as what holds them changes."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from orderloom.actions import fields
from orderloom.domain.fields import facets
from orderloom.domain.fields.dictionaries import Dictionary, facet
from orderloom.domain.fields.values import Wrong
from orderloom.kit.refusals import Refused
from orderloom.store import database as db
from orderloom.store import records as records_store


class Held(msgspec.Struct, frozen=True):
    """A holder's values as they will be, and as they were."""

    holder: uuid.UUID
    values: Mapping[str, Any]
    was: Mapping[str, Any] = {}


def take(connection: db.Connection, dictionary: Dictionary, held: Sequence[Held]) -> dict[uuid.UUID, Refused]:
    """Take the unique values of a batch and give back those that are held no longer; the holders whose values others
    have, with what they are told (`field.taken`): nothing of theirs is taken."""
    wanted = {each for one in held for each in _of(dictionary, one.holder, one.values) - _before(dictionary, one)}
    free = records_store.take_uniques(connection, wanted)
    refused: dict[uuid.UUID, Refused] = {}
    for field, value, holder in sorted(wanted - free):
        name = field.partition(".")[2]
        data = {"field": name, "value": value}
        refused.setdefault(holder, fields.refused([Wrong(name, "field.taken", data)]))
    # What a refused holder took beside the value it could not have is given back.
    records_store.free_uniques(connection, {each for each in free if each[2] in refused})
    gone = {each for one in held if one.holder not in refused
            for each in _before(dictionary, one) - _of(dictionary, one.holder, one.values)}  # fmt: skip
    records_store.free_uniques(connection, gone)
    return refused


def _before(dictionary: Dictionary, held: Held) -> set[records_store.Unique]:
    return _of(dictionary, held.holder, held.was)


def _of(dictionary: Dictionary, holder: uuid.UUID, values: Mapping[str, Any]) -> set[records_store.Unique]:
    return {
        (facet(dictionary.subject, each.name), facets.text(each, values[each.name]), holder)
        for each in dictionary.fields
        if each.unique and values.get(each.name) is not None
    }
