"""Promotions: which offers an order gets, what each takes off which line to the cent, and why not the others (V-3).

An offer is an answer of the decision point `price`. Every offer has `promotion`, `kind`, `priority` (a smaller one
goes first), `payer`, `stackable`, `exclusive_group`, and `rule`. Amounts are `<name>_minor` in minor units or
`<name>` as a decimal in the currency's unit, which is what people write.

| kind | parameters |
|---|---|
| amount_off | off, threshold, repeat (每满 300 减 50) |
| percent_off | percent taken off, or off (八折 = 20); off_max |
| nth_half | nth (2), percent or off: taken off the cheapest pieces (50); per "sku" (else "scope") |
| gift | gift_sku, gift_quantity, or gifts [{sku, quantity}]; repeat |
| combo | skus, or {sku: pieces}; combo_price of a set, or off for each set |
| fixed_price | price of a piece |
| coupon | off, once |

Each may have `threshold`, `threshold_quantity` (pieces), `times_max`, and a scope: `skus`, `category` or
`categories`, `lines`; a line in any of them is meant, none of them means all. A threshold looks at what is left to
pay after the offers before, because 满 300 counts what the customer pays.

At one priority, offers on single pieces go before those on a set, then percentages, amounts, gifts, coupons. An
offer that is not stackable stands alone on its lines; of an exclusive group one stands. Where offers meet, the
smaller priority wins; at equal priority the choice that takes off most, each measured alone.
"""

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from orderloom.domain import offers
from orderloom.domain.orders import state
from orderloom.kit import limits, money

# Gift lines that a promotion added carry its name here, so that pricing again finds and corrects them.
MARK = "promotion"


class Priced(msgspec.Struct):
    """What the promotions do. `gifts` are all gift lines of promotions as they should stand now,
    `gifts_gone` the numbers of those that no longer should; `why` has one entry for each offer (see `explain`).
    """

    discounts: list[state.Discount]
    gifts: list[state.Line]
    gifts_gone: list[int]
    why: list[dict[str, Any]]


def apply(
    lines: Sequence[state.Line],
    answers: Sequence[Mapping[str, Any]],
    *,
    currency: str,
    categories: Mapping[str, str],
) -> Priced:
    """Apply the offers to lines whose `amount_minor` is worked out; `categories` is SKU → category.

    Never refuses: an offer that cannot be applied says why not. A line never goes below zero.
    """
    if not answers:
        return _unpromoted(lines)
    goods = offers.cart(lines, currency=currency, categories=categories)
    asked = [offers.read(terms, goods) for terms in answers[: limits.OFFERS_MAX]]
    said: dict[int, dict[str, Any]] = {}
    alone: dict[int, offers.Effect] = {}
    live = sorted(range(len(asked)), key=lambda i: asked[i].terms.rank)
    while True:
        effects = _applied(asked, _chosen(asked, live, goods, said, alone), goods, alone)
        empty = {i: effect.no for i, effect in effects.items() if effect.no is not None}
        said.update(empty)
        if not empty or not any(no["code"] == "excluded" for no in said.values()):
            break
        # What comes to nothing after the others makes room for what it kept out.
        live = [i for i in live if i not in empty]
    gifts, gone = _gifts(lines, asked, effects, goods)
    why = [_why(asked[i], effects.get(i), said.get(i)) for i in range(len(asked))]
    why.extend({"promotion": str(terms.get("promotion")), "code": "too_many"} for terms in answers[limits.OFFERS_MAX :])
    return Priced(_discounts(asked, effects, goods), gifts, gone, why)


def explain(entry: Mapping[str, Any], *, currency: str) -> state.Text:
    """An entry of `Priced.why` in words, amounts in the currency's unit; promotions by their codes."""
    said = {name: value for name, value in entry.items() if not name.endswith("_minor")}
    for name in ("off_minor", "short_minor"):
        if name in entry:
            said[name.removesuffix("_minor")] = f"{money.major(entry[name], currency)} {currency}"
    code = entry["code"]
    if code == "threshold_short" and "short_minor" not in entry:
        code = "pieces_short"
    if entry.get("gifts"):
        code = "gifts_added"
        said["gifts"] = "、".join(f"{sku} × {pieces}" for sku, pieces in entry["gifts"])
    chinese, english = _WORDS[code]
    return state.Text(chinese.format(**said), english.format(**said))


_WORDS = {
    "applied": ("{promotion}：优惠 {off}", "{promotion}: {off} off"),
    "gifts_added": ("{promotion}：赠 {gifts}", "{promotion}: gift {gifts}"),
    "threshold_short": ("{promotion}：还差 {short}", "{promotion}: {short} short of the threshold"),
    "pieces_short": ("{promotion}：还差 {short_quantity} 件", "{promotion}: {short_quantity} pieces short"),
    "excluded": ("{promotion}：不能与 {by} 同享", "{promotion}: not together with {by}"),
    "scope_empty": ("{promotion}：没有适用的商品", "{promotion}: no line of the order is meant"),
    "nothing_left": ("{promotion}：已无可优惠金额", "{promotion}: nothing is left to take it off"),
    "combo_incomplete": (
        "{promotion}：套装还差 {sku} × {short_quantity}",
        "{promotion}: the set lacks {sku} × {short_quantity}",
    ),
    "no_gain": ("{promotion}：现价已不高于优惠价", "{promotion}: the price is not higher than the offer"),
    "unknown_kind": ("{promotion}：不认识的优惠类型 {kind}", "{promotion}: unknown kind {kind}"),
    "incomplete": ("{promotion}：缺少参数 {parameter}", "{promotion}: the parameter {parameter} is missing"),
    "too_many": ("{promotion}：优惠条数超过上限，未计算", "{promotion}: beyond the number of offers worked out"),
}


def _unpromoted(lines: Sequence[state.Line]) -> Priced:
    return Priced([], [], [line.line_no for line in lines if line.gift and MARK in line.custom], [])


def _chosen(
    asked: list[offers.Offer],
    live: list[int],
    goods: offers.Cart,
    said: dict[int, dict[str, Any]],
    alone: dict[int, offers.Effect],
) -> list[int]:
    """The offers that stand together, in the order in which they apply; the others' reasons are put in `said`, what
    those that were measured do to the whole cart in `alone`."""
    bound = [i for i in live if not asked[i].terms.stackable or asked[i].terms.group]
    if not bound:
        return live
    worth: dict[int, int] = {}
    for i in bound:
        _measure(asked, i, goods, worth, said, alone)
    live = [i for i in live if i in worth or i not in bound]
    if not any(_clash(asked[i], asked[other]) for i in worth for other in live if other != i):
        return live
    for i in live:
        if i not in worth:
            _measure(asked, i, goods, worth, said, alone)
    chosen: list[int] = []
    for _, same_priority in itertools.groupby([i for i in live if i in worth], key=lambda i: asked[i].terms.priority):
        tier = list(same_priority)
        free = [i for i in tier if not any(_clash(asked[i], asked[other]) for other in chosen)]
        chosen += _best(asked, free, worth)
        for i in tier:
            if i not in chosen:
                by = next(other for other in chosen if _clash(asked[i], asked[other]))
                said[i] = {"code": "excluded", "by": asked[by].terms.promotion}
    kept = set(chosen)
    return [i for i in live if i in kept]


def _measure(
    asked: list[offers.Offer],
    i: int,
    goods: offers.Cart,
    worth: dict[int, int],
    said: dict[int, dict[str, Any]],
    alone: dict[int, offers.Effect],
) -> None:
    effect = alone[i] = alone[i] if i in alone else offers.effect(asked[i], goods)
    if effect.no is None:
        # The one beside the amount lets a gift, which takes nothing off, stand where it is in nobody's way.
        worth[i] = effect.minor * (limits.OFFERS_MAX + 1) + 1
    else:
        said[i] = effect.no


def _clash(one: offers.Offer, other: offers.Offer) -> bool:
    if one.terms.group and one.terms.group == other.terms.group:
        return True
    return not (one.terms.stackable and other.terms.stackable) and one.mask & other.mask != 0


def _best(asked: list[offers.Offer], tier: list[int], worth: Mapping[int, int]) -> list[int]:
    """Of offers of one priority the set without clashes that takes off most; dearer ones first beyond the bound."""
    ranked = sorted(tier, key=lambda i: -worth[i])
    if len(ranked) > limits.OFFERS_EXACT_MAX:
        taken: list[int] = []
        for i in ranked:
            if not any(_clash(asked[i], asked[other]) for other in taken):
                taken.append(i)
        return taken
    rest = [0] * (len(ranked) + 1)
    for at in range(len(ranked) - 1, -1, -1):
        rest[at] = rest[at + 1] + worth[ranked[at]]
    best: tuple[int, list[int]] = (0, [])

    def walk(at: int, sum_worth: int, taken: list[int]) -> None:
        nonlocal best
        if sum_worth > best[0]:
            best = (sum_worth, taken)
        if at == len(ranked) or sum_worth + rest[at] <= best[0]:
            return
        i = ranked[at]
        if not any(_clash(asked[i], asked[other]) for other in taken):
            walk(at + 1, sum_worth + worth[i], [*taken, i])
        walk(at + 1, sum_worth, taken)

    walk(0, 0, [])
    return best[1]


def _applied(
    asked: list[offers.Offer], chosen: list[int], goods: offers.Cart, alone: Mapping[int, offers.Effect]
) -> dict[int, offers.Effect]:
    """Each offer over what the ones before have left; while they left all of it, as it was measured alone."""
    now = goods
    effects: dict[int, offers.Effect] = {}
    for i in chosen:
        effect = effects[i] = alone[i] if now is goods and i in alone else offers.effect(asked[i], now)
        if effect.offs and i != chosen[-1]:
            now = goods.copy() if now is goods else now
            for place, off in effect.offs.items():
                now.left[place] -= off
    return effects


def _discounts(
    asked: list[offers.Offer], effects: Mapping[int, offers.Effect], goods: offers.Cart
) -> list[state.Discount]:
    lines = goods.lines
    return [
        state.Discount(asked[i].terms.promotion, lines[place].line_no, off, asked[i].terms.payer, asked[i].terms.rule)
        for i, effect in effects.items()
        for place, off in effect.offs.items()
    ]


def _gifts(
    lines: Sequence[state.Line], asked: list[offers.Offer], effects: Mapping[int, offers.Effect], goods: offers.Cart
) -> tuple[list[state.Line], list[int]]:
    """Gift lines as they should stand: gifts that came with the order count, those we added before are corrected."""
    ours = {line.sku: line for line in lines if line.gift and MARK in line.custom}
    if not ours and not any(effect.gifts for effect in effects.values()):
        return [], []
    there: dict[str, int] = {}
    for line in lines:
        if line.gift and MARK not in line.custom:
            there[line.sku] = there.get(line.sku, 0) + line.quantity
    wanted: dict[str, tuple[int, int]] = {}
    for i, effect in effects.items():
        for sku, pieces in effect.gifts:
            before = wanted.get(sku, (0, i))
            wanted[sku] = (before[0] + pieces, before[1])
    number = max((line.line_no for line in lines), default=0)
    stand: list[state.Line] = []
    for sku, (pieces, i) in wanted.items():
        missing = min(pieces - there.get(sku, 0), limits.QUANTITY_MAX)
        if missing <= 0:
            continue
        if sku not in ours:
            number += 1
        line_no = ours[sku].line_no if sku in ours else number
        stand.append(_gift_line(line_no, sku, missing, asked[i], goods))
    kept = {line.line_no for line in stand}
    gone = [line.line_no for line in lines if line.gift and MARK in line.custom and line.line_no not in kept]
    return stand, gone


def _gift_line(line_no: int, sku: str, pieces: int, offer: offers.Offer, goods: offers.Cart) -> state.Line:
    whole_order = len(offer.members) == len(goods.lines)
    return state.Line(
        line_no=line_no,
        sku=sku,
        quantity=pieces,
        gift=True,
        gift_of=None if whole_order else goods.lines[offer.members[0]].line_no,
        custom={MARK: offer.terms.promotion},
    )


def _why(offer: offers.Offer, effect: offers.Effect | None, no: dict[str, Any] | None) -> dict[str, Any]:
    entry: dict[str, Any] = {"promotion": offer.terms.promotion}
    if offer.terms.rule:
        entry["rule"] = offer.terms.rule
    if effect is None or effect.no is not None:
        return entry | (no or {})
    entry["code"] = "applied"
    if effect.gifts:
        entry["gifts"] = [[sku, pieces] for sku, pieces in effect.gifts]
    else:
        entry["off_minor"] = effect.minor
    return entry
