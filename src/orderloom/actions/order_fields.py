"""Own fields of orders and lines on their way in, where a dictionary of them is in force; without one all is open.

What is given is read by the dictionary at every door. What is required is missed only where a person waits and can add
it: a channel's message cannot, and a form asks for what it wants by itself.
"""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from orderloom.actions import fields
from orderloom.actions.hub import Hub
from orderloom.deciding import dictionaries
from orderloom.deciding.reference import Reference
from orderloom.domain.fields import values
from orderloom.domain.fields.values import Asks, Wrong
from orderloom.domain.mappings import drafts
from orderloom.domain.orders import state
from orderloom.kit.refusals import Refused
from orderloom.rules.fields import Fields
from orderloom.store import database as db
from orderloom.store import orders as orders_store
from orderloom.store.messages import Person

# Doors where a person waits and sees what is missing.
_ASKING = frozenset({"api", "desk"})


class Own(msgspec.Struct):
    """The own fields of one order, read: header and lines by their number, and the sealed persons in them."""

    custom: dict[str, Any]
    lines: dict[int, dict[str, Any]]
    people: list[Person] = []


def read(
    hub: Hub, connection: db.Connection, reference: Reference, wanted: Sequence[tuple[drafts.Draft, str]]
) -> list[Own | Refused | None]:
    """The own fields of each draft by its door; None where no dictionary is in force."""
    order, line = dictionaries.of(reference, "order"), dictionaries.of(reference, "line")
    if order is None and line is None:
        return [None] * len(wanted)
    made: list[Own] = []
    found: list[tuple[list[Wrong], list[Asks]]] = []
    for draft, door in wanted:
        lines = {each.line_no: each.custom for each in draft.lines}
        beside = {"payment_method": draft.payment_method, "kind": draft.kind, "customer_no": draft.customer_no}
        own, wrong, asks = _read(hub, reference, (order, line), draft.custom, lines, beside=beside,
                                 frame=_frame(reference, draft.currency, partial=door not in _ASKING))  # fmt: skip
        made.append(own)
        found.append((wrong, asks))
    return _judged(connection, made, found)


def amended(
    hub: Hub, order_id: uuid.UUID, *, custom: Mapping[str, Any], lines: Sequence[state.Line]
) -> Own | Refused | None:
    """The own fields that an amendment sets, read beside those that stand; None where no dictionary is in force."""
    with hub.database.workspace(hub.workspace) as connection:
        reference = hub.reference(connection)
        subjects = (dictionaries.of(reference, "order"), dictionaries.of(reference, "line"))
        standing = orders_store.read(connection, [order_id]).get(order_id) if any(subjects) else None
        if standing is None:
            return None
        frame = msgspec.structs.replace(
            _frame(reference, standing.currency, partial=True), before=standing.custom if custom else {}
        )
        beside = {"payment_method": standing.payment_method, "kind": standing.kind, "customer_no": standing.customer_no}
        own, wrong, asks = _read(hub, reference, subjects, custom, {each.line_no: each.custom for each in lines},
                                 beside=beside, frame=frame)  # fmt: skip
        [judged] = _judged(connection, [own], [(wrong, asks)])
    return judged


def _frame(reference: Reference, currency: str, *, partial: bool) -> values.Frame:
    return values.Frame(reference.places, currency or reference.settings.currency, partial=partial)


def _read(
    hub: Hub,
    reference: Reference,
    subjects: tuple[Fields | None, Fields | None],
    custom: Mapping[str, Any],
    lines: Mapping[int, Mapping[str, Any]],
    *,
    beside: Mapping[str, Any],
    frame: values.Frame,
) -> tuple[Own, list[Wrong], list[Asks]]:
    order, line = subjects
    own = Own(dict(custom), {number: dict(each) for number, each in lines.items()})
    wrong: list[Wrong] = []
    asks: list[Asks] = []
    if order is not None:
        found = fields.read(order, custom, frame=frame, beside={"order": {**beside, "custom": custom}})
        own.custom, own.people = fields.seal(hub, order.dictionary, _there(found.values, frame, frame.before))
        wrong += [fields.under(each, "custom.") for each in found.wrong]
        asks.append(found.asks)
    if line is not None:
        bare = msgspec.structs.replace(frame, before={})
        for number, each in lines.items():
            found = fields.read(line, each, frame=bare, beside={"order": {**beside, "custom": custom}})
            own.lines[number], people = fields.seal(hub, line.dictionary, _there(found.values, bare, {}))
            own.people = [*own.people, *people]
            wrong += [fields.under(bad, f"lines[{number}].custom.") for bad in found.wrong]
            asks.append(found.asks)
    return own, wrong, asks


def _there(read: dict[str, Any], frame: values.Frame, before: Mapping[str, Any]) -> dict[str, Any]:
    """Without the values that are taken away of an order that has none."""
    return {name: value for name, value in read.items() if value is not None or name in before}


def _judged(
    connection: db.Connection, made: Sequence[Own], found: Sequence[tuple[list[Wrong], list[Asks]]]
) -> list[Own | Refused | None]:
    flat = [ask for _, asks in found for ask in asks]
    missing = iter(fields.missing(connection, flat))
    judged: list[Own | Refused | None] = []
    for own, (wrong, asks) in zip(made, found, strict=True):
        all_ = [*wrong, *(each for _ in asks for each in next(missing))]
        judged.append(fields.refused(all_) if all_ else own)
    return judged
