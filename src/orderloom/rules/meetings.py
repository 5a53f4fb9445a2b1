"""Promotions that can meet on one order, each pair with a cart and what the customer then pays.

A pair is told only after the engine has offered both for the cart and the decider of promotions has worked them out:
both taken off, or one keeping the other out.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

import msgspec

from orderloom.domain import promotions
from orderloom.domain.orders import state
from orderloom.kit import limits, money, numbers
from orderloom.rules import compile, graphs, points, regions, samples, spaces, tables
from orderloom.rules.bounds import Finding

_CURRENCY = "CNY"
_POINT = points.POINTS["price"]


class _Offer(msgspec.Struct, frozen=True):
    """A row that makes an offer."""

    document: str
    node: str
    row: tables.Row

    @property
    def rule(self) -> str:
        return f"{self.document}#{self.row.name}"


class _Cart(msgspec.Struct, frozen=True):
    """Lines of an order with their categories, and the values that the rows' conditions ask for."""

    lines: list[state.Line]
    categories: Mapping[str, str]
    values: Mapping[str, Any]

    @property
    def goods_minor(self) -> int:
        return sum(line.amount_minor for line in self.lines)


def find(document: graphs.Document, *, beside: Sequence[graphs.Document], zone: str) -> Iterator[Finding]:
    """Pairs of the document's offers, and of one of its offers with one of another document in force."""
    together = [document, *(each for each in beside if each.point == "price" and each.name != document.name)]
    compiled = compile.compile(together, zone=zone)
    own = _offers(document)
    others = [offer for each in together[1:] for offer in _offers(each)]
    told = 0
    for tried, (one, other) in enumerate(_pairs(own, others)):
        if tried >= limits.SELFCHECK_MEETINGS_MAX:
            data = {"steps_max": limits.SELFCHECK_MEETINGS_MAX}
            yield Finding("rules.checks_stopped", document.name, one.node, level="warning", data=data)
            return
        if told >= limits.SELFCHECK_FINDINGS_MAX:
            data = {"shown_max": limits.SELFCHECK_FINDINGS_MAX}
            yield Finding("rules.checks_more", document.name, one.node, one.row.name, level="warning", data=data)
            return
        finding = _meeting(document, compiled, one, other)
        if finding is not None:
            told += 1
            yield finding


def _offers(document: graphs.Document) -> list[_Offer]:
    graph = graphs.graph(document.content)
    table = graphs.only_table(graph)
    if table is None:
        return []  # What a larger graph offers is only known by asking.
    [node] = graph.of_type("decisionTableNode")
    return [_Offer(document.name, node.id, row) for row in tables.rows(table) if row.box is not None]


def _pairs(own: Sequence[_Offer], others: Sequence[_Offer]) -> Iterator[tuple[_Offer, _Offer]]:
    for index, one in enumerate(own):
        for other in (*own[index + 1 :], *others):
            scopes = [set(each.row.answer.get("skus") or ()) for each in (one, other)]
            if scopes[0] and scopes[1] and not scopes[0] & scopes[1]:
                continue
            if one.row.answer.get("promotion") == other.row.answer.get("promotion"):
                continue
            yield one, other


def _meeting(document: graphs.Document, compiled: compile.Compiled, one: _Offer, other: _Offer) -> Finding | None:
    both = spaces.met(one.row.box or {}, other.row.box or {})
    if both is None:
        return None
    for cart in _carts(both, one.row.answer, other.row.answer):
        said = _worked_out(compiled, cart, one.rule, other.rule)
        if said is None:
            continue
        entries, off_minor = said
        applied = [str(entry["promotion"]) for entry in entries.values() if entry["code"] == "applied"]
        ends = [entries[one.rule]["code"], entries[other.rule]["code"]]
        if ends != ["applied", "applied"] and sorted(ends) != ["applied", "excluded"]:
            continue
        names = [str(each.row.answer.get("promotion")) for each in (one, other)]
        data = {
            "promotion": names[0],
            "other": names[1],
            "other_rule": other.rule,
            "example": {**cart.values, "lines": [_shown(line, cart.categories) for line in cart.lines]},
            "goods": str(money.major(cart.goods_minor, _CURRENCY)),
            "price": str(money.major(cart.goods_minor - off_minor, _CURRENCY)),
            "applied": ", ".join(applied),
            "shown": "、".join(_line_shown(line, cart.categories) for line in cart.lines),
            "said": [msgspec.to_builtins(promotions.explain(entries[each.rule], currency=_CURRENCY))
                     for each in (one, other)],
        }  # fmt: skip
        code = "rules.promotions_meet" if ends[0] == ends[1] else "rules.promotions_exclude"
        if ends[0] != ends[1]:
            data["winner"] = names[ends.index("applied")]
        return Finding(code, document.name, one.node, one.row.name, level="warning", data=data)
    return None


def _worked_out(
    compiled: compile.Compiled, cart: _Cart, rule: str, other: str
) -> tuple[dict[str, dict[str, Any]], int] | None:
    """What became of each offer made to the cart, by rule, and all that is taken off; None unless both are made."""
    context = samples.context({**cart.values, "lines": _context_lines(cart)}, point=_POINT)
    [given] = compiled.ask(_POINT.stage, [context])
    if isinstance(given, compile.RuleError):
        return None
    priced = promotions.apply(cart.lines, given["price"], currency=_CURRENCY, categories=cart.categories)
    entries = {str(entry.get("rule")): entry for entry in priced.why}
    if rule not in entries or other not in entries:
        return None
    return entries, sum(discount.minor for discount in priced.discounts)


def _carts(both: spaces.Box, one: Mapping[str, Any], other: Mapping[str, Any]) -> Iterator[_Cart]:
    """Carts on which both offers may come to something: of the smallest goods that reach both, then of more."""
    values = tables.example({name: region for name, region in both.items() if samples.settable(name)})
    if values is None:
        return
    skus, categories = _goods(one, other)
    pieces = max(_whole(terms, name) for terms in (one, other) for name in ("nth", "threshold_quantity"))
    wanted = [float(terms.get(name) or 0) for terms in (one, other) for name in ("threshold", "combo_price", "off")]
    allowed = regions.between(1, limits.AMOUNT_MINOR_MAX / 100)
    for path in ("order.total", "order.goods"):
        allowed = allowed.met(both.get(path, regions.NUMBERS))
    for least in (max(wanted), sum(wanted), 2 * sum(wanted) + 100):
        fitting = allowed.met(regions.between(max(least, 1), limits.AMOUNT_MINOR_MAX / 100))
        if not fitting.empty:
            yield _cart(float(fitting.sample()), skus, categories, max(pieces, 1), values)


def _goods(one: Mapping[str, Any], other: Mapping[str, Any]) -> tuple[list[str], dict[str, str]]:
    """SKUs that both offers mean, and the categories they must be of."""
    named: list[list[str]] = [list(terms.get("skus") or ()) for terms in (one, other)]
    sets = [skus for terms, skus in zip((one, other), named, strict=True) if terms.get("kind") == "combo"]
    shared = [sku for sku in named[0] if sku in named[1]] if all(named) else (named[0] or named[1])[:1]
    skus = list(dict.fromkeys([*(sku for each in sets for sku in each), *shared])) or [str(samples.LINE["sku"])]
    wanted = [terms.get("category") for terms in (one, other)]
    categories: dict[str, str] = {}
    for index, sku in enumerate(skus):
        categories[sku] = str(wanted[index % 2] or wanted[0] or wanted[1] or samples.LINE["category"])
    if wanted[0] and wanted[1] and wanted[0] != wanted[1] and len(skus) == 1:
        skus.append("B-1")
        categories["B-1"] = str(wanted[1])
    return skus, categories


def _cart(goods: float, skus: list[str], categories: dict[str, str], pieces: int, values: Mapping[str, Any]) -> _Cart:
    goods_minor = money.minor(Decimal(str(round(goods, 2))), _CURRENCY)
    each_minor = -(-goods_minor // (len(skus) * pieces))
    lines = [
        state.Line(
            line_no=index + 1,
            sku=sku,
            quantity=pieces,
            amount_minor=each_minor * pieces,
            price=money.major(each_minor, _CURRENCY),
        )
        for index, sku in enumerate(skus)
    ]
    total = float(money.major(sum(line.amount_minor for line in lines), _CURRENCY))
    return _Cart(lines, categories, {**values, "order.total": total, "order.goods": total})


def _context_lines(cart: _Cart) -> list[dict[str, Any]]:
    return [
        {
            **samples.LINE,
            "line_no": line.line_no,
            "sku": line.sku,
            "quantity": line.quantity,
            "price": float(line.price),
            "amount": float(money.major(line.amount_minor, _CURRENCY)),
            "category": cart.categories[line.sku],
        }
        for line in cart.lines
    ]


def _shown(line: state.Line, categories: Mapping[str, str]) -> dict[str, Any]:
    return {
        "sku": line.sku,
        "category": categories[line.sku],
        "quantity": line.quantity,
        "price": str(line.price),
    }


def _line_shown(line: state.Line, categories: Mapping[str, str]) -> str:
    return f"{line.sku} ({categories[line.sku]}) {line.quantity} × ¥{line.price}"


def _whole(terms: Mapping[str, Any], name: str) -> int:
    return numbers.whole(terms.get(name)) or 0
