"""What a page asks about an order: who owns it or a hold on it, what may be done, what to propose. The road asks only
who owns a hold that names nobody, and only where a document answers that; without one it costs a look-up."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from orderloom.deciding import contexts
from orderloom.deciding.reference import Reference
from orderloom.deciding.state import State
from orderloom.deciding.work import Work
from orderloom.domain.orders import events
from orderloom.domain.orders.state import Hold, Order
from orderloom.rules import asides, compile, graphs, points

Pick = Callable[[Sequence[graphs.Document]], list[graphs.Document]]


def rules(reference: Reference) -> compile.Compiled | None:
    """The rules of the page, compiled once a snapshot; None when none is in force."""
    return _compiled(reference, "page", asides.of_page)


def whole(rules: compile.Compiled, work: Work, state: State) -> dict[str, Any]:
    """The context of the order as a whole, without a hold."""
    order = work.order
    assert order is not None
    work.customer = state.customers.get(order.customer_no)
    work.account = work.customer.account if work.customer else ""
    reads = rules.reads[points.PAGE]
    context = contexts.Builder(
        path for path in reads if path in points.PATHS or (".custom." in path and "skus" not in path)
    )
    return context.build(work, state) | {"skus": _skus(order, state), "hold": hold(None, state.now)}


def hold(of: Hold | None, now: dt.datetime) -> dict[str, Any]:
    """A hold as rules of the page see it; None: the order as a whole is asked about."""
    if of is None:
        return {"code": None, "owner": None, "line_no": None, "blocks": [], "minutes": 0}
    since = int((now - of.at).total_seconds() // 60) if of.at else 0
    return {"code": of.code, "owner": of.owner or None, "line_no": of.line_no, "blocks": of.blocks, "minutes": since}


def owned(said: Sequence[events.OrderEvent], work: Work, state: State) -> list[events.OrderEvent]:
    """The same events; a hold among them that names nobody gets the owner that the documents in force say."""
    asked = _compiled(state.reference, "owners", _of_owners) if said else None
    if asked is None:
        return list(said)
    nobodys = [each for each in said if isinstance(each, events.OrderHeld) and not each.hold.owner]
    if not nobodys:
        return list(said)
    context = whole(asked, work, state)
    given = asked.ask(points.PAGE, [{**context, "hold": hold(each.hold, state.now)} for each in nobodys])
    named = {
        id(each): answers["owner"][0]["owner"]
        for each, answers in zip(nobodys, given, strict=True)
        if not isinstance(answers, compile.RuleError) and answers["owner"]
    }
    return [
        msgspec.structs.replace(each, hold=msgspec.structs.replace(each.hold, owner=named[id(each)]))
        if isinstance(each, events.OrderHeld) and id(each) in named
        else each
        for each in said
    ]


def _compiled(reference: Reference, key: str, pick: Pick) -> compile.Compiled | None:
    if key not in reference.kept:
        found = pick(list(reference.rules.documents.values()))
        reference.kept[key] = asides.compiled(found, zone=reference.settings.zone) if found else None
    return reference.kept[key]


def _of_owners(documents: Sequence[graphs.Document]) -> list[graphs.Document]:
    return [each for each in documents if each.point == "owner"]


def _skus(order: Order, state: State) -> list[dict[str, Any]]:
    units: dict[str, int] = {}
    for line in order.lines:
        units[line.sku] = units.get(line.sku, 0) + line.quantity
    made: list[dict[str, Any]] = []
    for sku, quantity in units.items():
        known = state.skus.get(sku)
        made.append(
            {
                "sku": sku,
                "category": (known.category or None) if known else None,
                "quantity": quantity,
                "substitutes": known.substitutes if known else [],
                "custom": known.custom if known else {},
            }
        )
    return made
