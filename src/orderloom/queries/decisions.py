"""One event as the decision it is: what was decided, by which rows on which values, and what was not chosen and why."""

import datetime as dt
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import msgspec

from orderloom.deciding.reference import Reference
from orderloom.domain import freight, geography, promotions, reasons, words
from orderloom.domain.catalogue import Sku
from orderloom.domain.orders import events, state
from orderloom.kit import limits, money
from orderloom.rules import explain, graphs, points

# Paths that hold amounts in the order's currency.
_AMOUNTS = frozenset({"order.total", "order.goods", "order.paid", "credit.limit", "credit.available"})
_WHOLE_MAX = 1_000_000


class Because(msgspec.Struct):
    """A row that decided: its document and version, its words, and each of its conditions with the value seen."""

    rule: str
    document: str
    version: int
    row: str
    zh: str
    en: str
    conditions: list[explain.Condition] = []


class Other(msgspec.Struct):
    """Something that was not chosen, and why not."""

    what: str
    zh: str
    en: str
    rule: str = ""


class Decision(msgspec.Struct):
    """One decision: its point, when, by which revision; in words; its parts; who decided; and the others."""

    point: str
    n: int
    at: dt.datetime
    revision: int
    zh: str
    en: str
    parts: list[state.Text] = []
    because: list[Because] = []
    others: list[Other] = []


class Moment(msgspec.Struct):
    """What an entry was decided on: its why, the contexts and answers by stage and point, the documents then in force;
    beside it what is in force now."""

    n: int
    at: dt.datetime
    revision: int
    why: Mapping[str, Any]
    contexts: Mapping[str, dict[str, Any]]
    answers: Mapping[str, list[dict[str, Any]]]
    documents: Mapping[str, graphs.Document]
    zone: str
    reference: Reference
    skus: Mapping[str, Sku]


def of(event: events.Event, at: Moment, order: state.Order) -> Iterator[Decision]:
    """The decisions that an event stands for; none for what merely happened."""
    make = _MAKERS.get(type(event))
    if make is not None:
        yield from make(event, at, order)


def _decision(at: Moment, point: str, said: state.Text, **more: Any) -> Decision:
    return Decision(point, at.n, at.at, at.revision, said.zh, said.en, **more)


def _because(at: Moment, rule: object) -> list[Because]:
    name = str(rule or "")
    told = explain.tell(name, at.documents) if "#" in name else None
    if told is None:
        return []
    return [Because(name, told.document, told.version, told.row, told.zh, told.en, _conditions(at, name))]


def _conditions(at: Moment, rule: str) -> list[explain.Condition]:
    name, _, row = rule.partition("#")
    document = at.documents[name]
    context = at.contexts.get(points.POINTS[document.point].stage)
    return [] if context is None else explain.conditions(document, row, context, zone=at.zone)


def _answered(at: Moment, point: str) -> list[Because]:
    """The rows that answer the point on the inputs kept."""
    return [each for answer in at.answers.get(point, ()) for each in _because(at, answer.get("rule"))]


def _completed(event: events.OrderCompleted, at: Moment, order: state.Order) -> Iterator[Decision]:
    parts = [reasons.say("filled", path=path, value=event.values.get(path), source=source)
             for path, source in event.filled.items()]  # fmt: skip
    rules = [each for each in at.answers.get("complete", ()) if each.get("field") in event.filled]
    because = [each for answer in rules for each in _because(at, answer.get("rule"))]
    yield _decision(at, "complete", reasons.say("completed", count=len(parts)), parts=parts, because=because)


def _checked(event: events.OrderChecked, at: Moment, order: state.Order) -> Iterator[Decision]:
    because = [each for hit in event.hits for each in _because(at, hit.get("rule"))]
    parts = [_spoken(hit, because) for hit in event.hits]
    said = reasons.say("spoke", count=len(parts)) if parts else reasons.say("passed_all")
    yield _decision(at, "check", said, parts=parts, because=because)


def _spoken(hit: Mapping[str, Any], because: list[Because]) -> state.Text:
    """What a check said: its reason as kept, else that of its row, else its code."""
    row = next((each for each in because if each.rule == hit.get("rule")), None)
    zh, en = (row.zh, row.en) if row is not None else (hit.get("code"), hit.get("code"))
    return state.Text(str(hit.get("reason_zh") or zh), str(hit.get("reason_en") or en))


def _duty(at: Moment, owner: str) -> state.Text:
    """What people call a role: by its document, else by the hub's own words."""
    document = at.reference.documents.get("role", {}).get(owner)
    title = document.content.get("title") if document is not None else None
    return state.Text(title["zh"], title["en"]) if title else words.of("duties", owner)


def _held(event: events.OrderHeld, at: Moment, order: state.Order) -> Iterator[Decision]:
    hold = event.hold
    stopped = [words.of("values", each) for each in hold.blocks]
    steps = state.Text("、".join(each.zh for each in stopped), ", ".join(each.en for each in stopped))
    owner = _duty(at, hold.owner) if hold.owner else state.Text("未定", "nobody yet")
    said = reasons.say("held", reason=hold.reason, steps=steps, owner=owner)
    yield _decision(at, "hold", said, because=_because(at, hold.rule))


def _released(event: events.OrderReleased, at: Moment, order: state.Order) -> Iterator[Decision]:
    reason = event.reason or state.Text("条件已不成立", "its condition no longer holds")
    yield _decision(at, "hold", reasons.say("released", code=event.code, reason=reason))


def _graded(event: events.OrderGraded, at: Moment, order: state.Order) -> Iterator[Decision]:
    because = _because(at, at.why.get("grade")) or _answered(at, "grade")
    said = reasons.say("graded", grade=words.of("values", event.grade), priority=event.priority)
    yield _decision(at, "grade", said, because=because, others=_rows_above(at, order, "grade", because))


def _rows_above(at: Moment, order: state.Order, point: str, because: list[Because]) -> list[Other]:
    """The rows of the same document above the one that answered, with the first condition that did not hold."""
    if not because:
        return []
    others: list[Other] = []
    for row, answer in explain.rows(at.documents[because[0].document]):
        if row == because[0].row or len(others) >= limits.WHY_ROWS_MAX:
            break
        others.extend(_unmet(at, order, because[0].document, row, str(answer.get(point) or row)))
    return others


def _unmet(at: Moment, order: state.Order, name: str, row: str, what: str) -> Iterator[Other]:
    failed = next((each for each in _conditions(at, f"{name}#{row}") if each.held is False), None)
    if failed is None:
        return
    facts = {"name": failed.name, "cell": failed.cell, "seen": _shown(failed.seen, failed.path, order)}
    said = reasons.say("unmet" if failed.path else "untrue", **facts)
    if failed.short is not None:
        said = reasons.say("below", short=_shown(failed.short, failed.path, order), **facts)
    yield Other(what, said.zh, said.en, f"{name}#{row}")


def _shown(value: Any, path: str, order: state.Order) -> str:
    """A value as people read it: amounts with their currency, whole numbers without a point."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        if path in _AMOUNTS:
            return reasons.amount(money.minor(Decimal(str(value)), order.currency), order.currency)
        return f"{value:g}" if abs(value) < _WHOLE_MAX else str(value)
    return msgspec.json.encode(value).decode()


def _priced(event: events.OrderPriced, at: Moment, order: state.Order) -> Iterator[Decision]:
    currency = order.currency
    offers = [each for each in at.why.get("price", ()) if isinstance(each, Mapping)]
    because = [each for offer in offers if offer.get("code") == "applied" for each in _because(at, offer.get("rule"))]
    others: list[Other] = []
    for offer in offers:
        if offer.get("code") != "applied":
            said = promotions.explain(offer, currency=currency)
            others.append(Other(str(offer.get("promotion")), said.zh, said.en, str(offer.get("rule") or "")))
    others += _not_offered(at, order, offers)
    more = state.Text("", "")
    for name, minor in (("tax", event.tax_minor), ("adjustment", event.adjustment_minor)):
        if minor:
            said = reasons.say(name, amount=reasons.amount(minor, currency))
            more = state.Text(more.zh + said.zh, more.en + said.en)
    sums = {"total": event.total_minor, "goods": event.goods_minor, "off": event.discount_minor}
    amounts = {name: reasons.amount(minor, currency) for name, minor in sums.items()}
    carriage = reasons.amount(event.freight_minor, currency)
    said = reasons.say("priced", freight=carriage, more=more, **amounts)
    yield _decision(at, "price", said, parts=list(_lines(event, order)), because=because, others=others)
    if at.answers.get("freight"):
        rows = _answered(at, "freight")
        said = reasons.say("freight", freight=carriage)
        yield _decision(at, "freight", said, because=rows, others=_rows_above(at, order, "freight", rows))


def _lines(event: events.OrderPriced, order: state.Order) -> Iterator[state.Text]:
    for line in order.lines[: limits.WHY_LINES_MAX]:
        facts = {"line_no": line.line_no, "sku": line.sku, "quantity": line.quantity}
        if line.gift:
            yield reasons.say("gift", **facts)
            continue
        amount = event.amounts.get(line.line_no, line.amount_minor)
        offs = [each for each in event.discounts if each.line_no == line.line_no]
        off = "".join(f" − {reasons.amount(each.minor, order.currency)} ({each.promotion})" for each in offs)
        net = reasons.amount(amount - sum(each.minor for each in offs), order.currency)
        yield reasons.say("line", amount=reasons.amount(amount, order.currency), off=off, net=net, **facts)


def _not_offered(at: Moment, order: state.Order, offers: list[Mapping[str, Any]]) -> Iterator[Other]:
    """Promotions whose conditions did not hold, so that they were not even offered."""
    made = {str(offer.get("rule")) for offer in offers}
    told = 0
    for document in at.documents.values():
        if document.point != "price" or "door" not in at.contexts:
            continue
        for row, answer in explain.rows(document):
            if f"{document.name}#{row}" in made or told >= limits.WHY_ROWS_MAX:
                continue
            told += 1
            yield from _unmet(at, order, document.name, row, str(answer.get("promotion") or row))


def _credit(event: events.CreditReserved, at: Moment, order: state.Order) -> Iterator[Decision]:
    sums = {"amount": event.amount_minor, "limit": event.limit_minor, "grants": event.grants_minor,
            "used": event.used_minor, "reserved": event.reserved_minor}  # fmt: skip
    amounts = {name: reasons.amount(minor, order.currency) for name, minor in sums.items()}
    said = reasons.say("credit", account=event.account, **amounts)
    yield _decision(at, "credit", said, because=_because(at, at.why.get("credit")) or _answered(at, "credit"))


def _credit_refused(event: events.CreditRefused, at: Moment, order: state.Order) -> Iterator[Decision]:
    asked, short = (reasons.amount(each, order.currency) for each in (event.amount_minor, event.short_minor))
    said = reasons.say("no_credit", account=event.account, amount=asked, short=short)
    yield _decision(at, "credit", said, because=_because(at, at.why.get("credit")) or _answered(at, "credit"))


def _sourced(event: events.OrderSourced, at: Moment, order: state.Order) -> Iterator[Decision]:
    base = at.reference.settings.currency
    names = state.Text("、".join(event.warehouses), ", ".join(event.warehouses))
    said = reasons.say("unsourced")
    if event.warehouses:
        said = reasons.say("sourced", names=names, cost=reasons.amount(event.cost_minor, base))
    parts = [reasons.say("transfer", **each) for each in event.transfers]
    others: list[Other] = []
    for entry in event.why_not:
        why = reasons.warehouse(entry, chosen_minor=event.cost_minor, currency=base)
        others.append(Other(str(entry.get("warehouse")), why.zh, why.en))
    because = _because(at, at.why.get("source")) or _answered(at, "source")
    yield _decision(at, "source", said, parts=parts, because=because, others=others)


def _backordered(event: events.OrderBackordered, at: Moment, order: state.Order) -> Iterator[Decision]:
    if not event.lines:
        yield _decision(at, "source", reasons.say("covered"))
        return
    skus = {line.line_no: line.sku for line in order.lines}
    parts = [reasons.say("missing", sku=skus.get(line_no), units=units) for line_no, units in event.lines.items()]
    yield _decision(at, "source", reasons.say("backordered"), parts=parts)


def _planned(event: events.ShipmentPlanned, at: Moment, order: state.Order) -> Iterator[Decision]:
    shipment = event.shipment
    said = reasons.say("uncarried", shipment_no=shipment.shipment_no)
    if shipment.carrier:
        said = reasons.say(
            "planned",
            shipment_no=shipment.shipment_no,
            warehouse=shipment.warehouse,
            carrier=" ".join(filter(None, (shipment.carrier, shipment.service))),
            cost=reasons.amount(shipment.freight_cost_minor, at.reference.settings.currency),
        )
    because = _because(at, at.why.get("carrier")) or _answered(at, "carrier")
    others = [*_carriers(shipment, at, order), *_rows_above(at, order, "carrier", because)]
    yield _decision(at, "carrier", said, because=because, others=others)


def _carriers(shipment: state.Shipment, at: Moment, order: state.Order) -> Iterator[Other]:
    """Every other carrier and service with a contract, by what it would cost today."""
    lines = {line.line_no: line.sku for line in order.lines}
    known = [(each.quantity, at.skus.get(lines.get(each.line_no, ""))) for each in shipment.lines]
    grams = sum(quantity * sku.weight_grams for quantity, sku in known if sku is not None)
    rates = at.reference.rates
    lane = {(tariff[4], tariff[5]): freight.cost(tariff, grams)
            for tariff in rates.lane(shipment.warehouse, geography.province(order.consignee.province))}  # fmt: skip
    for carrier, service in sorted(rates.services | lane.keys())[: limits.WHY_ROWS_MAX]:
        if (carrier, service) == (shipment.carrier, shipment.service):
            continue
        said = reasons.carrier(
            lane.get((carrier, service)),
            chosen=shipment.carrier,
            chosen_minor=shipment.freight_cost_minor,
            currency=at.reference.settings.currency,
        )
        yield Other(" ".join(filter(None, (carrier, service))), said.zh, said.en)


def _promised(event: events.PromiseMade, at: Moment, order: state.Order) -> Iterator[Decision]:
    parts = [
        reasons.say(
            "part", name=words.of("promise_parts", each.part), hours=f"{each.hours:g}", until=_local(each.until, at)
        )
        for each in event.promise.parts
    ]
    said = reasons.say("promised", when=_local(event.promise.promised_at, at))
    yield _decision(at, "promise", said, parts=parts)


def _passed(event: events.LimitPassed, at: Moment, order: state.Order) -> Iterator[Decision]:
    owner = event.owner or order.owner or state.Text("负责人", "its owner")
    said = reasons.say("overdue", stage=words.stage(event.stage), minutes=event.minutes, owner=owner)
    yield _decision(at, "stage_limit", said)


def _local(instant: dt.datetime, at: Moment) -> str:
    return instant.astimezone(at.reference.zone).strftime("%Y-%m-%d %H:%M")


_MAKERS: Mapping[type, Any] = {
    events.OrderCompleted: _completed,
    events.OrderChecked: _checked,
    events.OrderHeld: _held,
    events.OrderReleased: _released,
    events.OrderGraded: _graded,
    events.OrderPriced: _priced,
    events.CreditReserved: _credit,
    events.CreditRefused: _credit_refused,
    events.OrderSourced: _sourced,
    events.OrderBackordered: _backordered,
    events.ShipmentPlanned: _planned,
    events.PromiseMade: _promised,
    events.LimitPassed: _passed,
}
