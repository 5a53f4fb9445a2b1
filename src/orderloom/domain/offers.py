"""Offers: what one promotion would take off, line by line to the cent, of what is left to pay.

`domain.promotions` says which offers stand together and documents their parameters; here each kind has its
arithmetic. Discounts round half up in the customer's favour, once per line or once before they are spread.
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import msgspec

from orderloom.domain.orders import state
from orderloom.kit import limits, money, numbers

_WHOLE = 1_000_000  # A percentage is counted in millionths, so that 12.5 % or 33.3333 % are exact enough to say.

# At one priority: single pieces, sets, percentages, amounts, gifts, coupons.
RANKS = {"fixed_price": 0, "nth_half": 1, "combo": 2, "percent_off": 3, "amount_off": 4, "gift": 5, "coupon": 6}


class Cart(msgspec.Struct):
    """The paying lines of an order and what is left to pay on each."""

    lines: list[state.Line]
    left: list[int]
    currency: str
    categories: Mapping[str, str]

    def copy(self) -> "Cart":
        """The same cart with a `left` of its own."""
        return Cart(self.lines, list(self.left), self.currency, self.categories)


class Terms(msgspec.Struct):
    """What an offer says, read once: what is missing or of a wrong type reads as not said.

    `part` is the percentage in millionths; `skus`, `categories` and `lines` are its scope unless it means the `whole`
    cart; `rank` is its place among a cart's offers.
    """

    said: Mapping[str, Any]
    promotion: str
    rule: str
    kind: str
    priority: int
    payer: str
    stackable: bool
    group: str
    repeat: bool
    rank: tuple[int, int, str, str]
    threshold_quantity: int | None
    times_max: int | None
    part: int | None
    whole: bool
    skus: frozenset[Any]
    categories: frozenset[Any]
    lines: frozenset[Any]
    amounts: dict[tuple[str, str], int | None] = {}

    def minor(self, name: str, currency: str) -> int | None:
        """An amount in minor units, never negative; None when it is not said."""
        key = (name, currency)
        if key not in self.amounts:
            self.amounts[key] = _minor(self.said, name, currency)
        return self.amounts[key]


class Offer(msgspec.Struct):
    """One offer over a cart; `members` are the places of its lines, `mask` the same as bits."""

    terms: Terms
    members: Sequence[int]
    mask: int


class Effect(msgspec.Struct, omit_defaults=True):
    """What an offer does: minor units off by place in the cart, gifts as (sku, pieces); or `no`, why nothing."""

    offs: dict[int, int] = {}
    gifts: list[tuple[str, int]] = []
    no: dict[str, Any] | None = None

    @property
    def minor(self) -> int:
        """All that is taken off."""
        return sum(self.offs.values())


def cart(lines: Sequence[state.Line], *, currency: str, categories: Mapping[str, str]) -> Cart:
    """The lines that cost something; gifts, empty and negative lines take no part in promotions."""
    paying = [line for line in lines if line.amount_minor > 0 and line.quantity > 0 and not line.gift]
    return Cart(paying, [line.amount_minor for line in paying], currency, categories)


def read(said: Mapping[str, Any], goods: Cart) -> Offer:
    """The offer over this cart."""
    terms = _terms(said)
    count = len(goods.lines)
    if terms.whole:
        return Offer(terms, range(count), (1 << count) - 1)
    members = _members(terms, goods)
    return Offer(terms, members, sum([1 << place for place in members]))


# Rules answer the same object to every order, so that what it says is read once; it is kept with what was read, for
# another could come to stand at its place in memory.
_read: dict[int, Terms] = {}


def _terms(said: Mapping[str, Any]) -> Terms:
    known = _read.get(id(said))
    if known is None:
        if len(_read) >= limits.ANSWERS_REMEMBERED_MAX:
            _read.clear()
        known = _read[id(said)] = _taken_in(said)
    return known


def _taken_in(said: Mapping[str, Any]) -> Terms:
    promotion, rule, kind = _text(said.get("promotion")), _text(said.get("rule")), _text(said.get("kind"))
    priority = numbers.whole(said.get("priority"))
    priority = 100 if priority is None else priority
    scope = said.get("scope")
    if scope is None or not isinstance(scope, Mapping):
        scope = said
    skus, categories, lines = scope.get("skus"), scope.get("categories") or scope.get("category"), scope.get("lines")
    return Terms(
        said=said,
        promotion=promotion,
        rule=rule,
        kind=kind,
        priority=priority,
        payer=_text(said.get("payer")) or "merchant",
        stackable=said.get("stackable") is not False,
        group=_text(said.get("exclusive_group")),
        repeat=bool(said.get("repeat")) and kind != "coupon",  # A coupon is taken once.
        rank=(priority, RANKS.get(kind, 99), promotion, rule),
        threshold_quantity=numbers.whole(said.get("threshold_quantity")),
        times_max=numbers.whole(said.get("times_max")),
        part=_part(said, unsaid=50 if kind == "nth_half" else None),
        whole=not skus and not categories and not lines,
        skus=_collection(skus),
        categories=_collection(categories),
        lines=_collection(lines),
    )


def effect(offer: Offer, goods: Cart) -> Effect:
    """What the offer would do to what is left of the cart now."""
    kind = _KINDS.get(offer.terms.kind)
    if kind is None:
        return Effect(no={"code": "unknown_kind", "kind": offer.terms.kind})
    if not offer.members:
        return Effect(no={"code": "scope_empty"})
    return kind(offer, goods)


def _members(terms: Terms, goods: Cart) -> list[int]:
    skus, lines, categories, of_sku = terms.skus, terms.lines, terms.categories, goods.categories
    return [
        place
        for place, line in enumerate(goods.lines)
        if line.sku in skus or (categories and of_sku.get(line.sku) in categories) or line.line_no in lines
    ]


def _collection(value: Any) -> frozenset[Any]:
    if not value:
        return frozenset()
    if isinstance(value, str | int):
        return frozenset((value,))
    if isinstance(value, list | tuple | set | frozenset | Mapping):
        return frozenset([each for each in value if isinstance(each, str | int)])
    return frozenset()


def _text(value: Any) -> str:
    return value if type(value) is str else "" if value is None else str(value)


def _minor(terms: Mapping[str, Any], name: str, currency: str) -> int | None:
    """An amount of the offer in minor units, never negative; None when it is not said."""
    value = terms.get(f"{name}_minor")
    if value is not None:
        exact = numbers.whole(value)
    else:
        value = terms.get(name)
        if value is None:
            return None
        if type(value) is int or (type(value) is float and value.is_integer()):
            exact = int(value) * 10 ** money.exponent(currency)
        else:
            decimal = numbers.exact(value)
            exact = None if decimal is None else money.minor(decimal, currency)
    return exact if exact is not None and 0 <= exact <= limits.AMOUNT_MINOR_MAX else None


def _part(terms: Mapping[str, Any], *, unsaid: int | None = None) -> int | None:
    """The percentage taken off in millionths, at most all of it."""
    value = terms.get("percent")
    if value is None:
        value = terms.get("off")
    if value is None:
        return None if unsaid is None else unsaid * _WHOLE // 100
    exact = numbers.exact(value)
    if exact is None or exact < 0:
        return None
    return min(_WHOLE, int((exact * (_WHOLE // 100)).quantize(Decimal(1), ROUND_HALF_UP)))


def _share(amount: int, numerator: int, denominator: int) -> int:
    return (2 * amount * numerator + denominator) // (2 * denominator)


def _pieces(line: state.Line) -> int:
    """Whole pieces as the customer counts them: stated units where there are any, else base units."""
    return max(0, int(line.unit_quantity)) if line.unit_quantity is not None else line.quantity


def _times(offer: Offer, goods: Cart) -> tuple[int, dict[str, Any] | None]:
    """How often the thresholds are reached (once without `repeat`), or what is missing to the first."""
    terms = offer.terms
    reached: list[int] = []
    threshold = terms.minor("threshold", goods.currency)
    if threshold:
        due = sum(_left(offer, goods))
        if due < threshold:
            return 0, {"code": "threshold_short", "short_minor": threshold - due}
        reached.append(due // threshold)
    wanted = terms.threshold_quantity
    if wanted is not None and wanted > 0:
        pieces = sum([_pieces(goods.lines[place]) for place in offer.members])
        if pieces < wanted:
            return 0, {"code": "threshold_short", "short_quantity": wanted - pieces}
        reached.append(pieces // wanted)
    if not reached or not terms.repeat:
        return 1, None
    if terms.times_max is not None and terms.times_max > 0:
        reached.append(terms.times_max)
    return min(reached), None


def _left(offer: Offer, goods: Cart) -> list[int]:
    left = goods.left
    return left if len(offer.members) == len(left) else [left[place] for place in offer.members]


def _spread(off: int, members: Sequence[int], weights: list[int]) -> Effect:
    """Spread an amount, at most all that the weights are, in proportion to them."""
    parts = money.spread(min(off, sum(weights)), weights)
    offs = {place: part for place, part in zip(members, parts, strict=True) if part}
    return Effect(offs) if offs else Effect(no={"code": "nothing_left"})


def _amount_off(offer: Offer, goods: Cart) -> Effect:
    off = offer.terms.minor("off", goods.currency)
    if not off:
        return Effect(no={"code": "incomplete", "parameter": "off"})
    times, no = _times(offer, goods)
    if no is not None:
        return Effect(no=no)
    return _spread(off * times, offer.members, _left(offer, goods))


def _percent_off(offer: Offer, goods: Cart) -> Effect:
    part = offer.terms.part
    if not part:
        return Effect(no={"code": "incomplete", "parameter": "percent"})
    _, no = _times(offer, goods)
    if no is not None:
        return Effect(no=no)
    left = _left(offer, goods)
    off, most = _share(sum(left), part, _WHOLE), offer.terms.minor("off_max", goods.currency)
    return _spread(min(off, most) if most else off, offer.members, left)


def _nth_half(offer: Offer, goods: Cart) -> Effect:
    """Every n-th piece of a SKU (or of the scope) is cheaper: the cheapest pieces are."""
    terms, part = offer.terms.said, offer.terms.part
    nth = numbers.whole(terms.get("nth") or terms.get("n") or 2) or 0
    if nth < 1 or not part:
        return Effect(no={"code": "incomplete", "parameter": "nth" if nth < 1 else "percent"})
    _, no = _times(offer, goods)
    if no is not None:
        return Effect(no=no)
    whole_scope = terms.get("per") == "scope"
    groups: dict[str, list[int]] = {}
    for place in offer.members:
        groups.setdefault("" if whole_scope else goods.lines[place].sku, []).append(place)
    offs: dict[int, int] = {}
    most = 0
    for places in groups.values():
        pieces = sum([_pieces(goods.lines[place]) for place in places])
        most = max(most, pieces)
        cheaper = pieces // nth
        if cheaper:
            _cheapest(offs, places, goods, cheaper, part)
    if most < nth:
        return Effect(no={"code": "threshold_short", "short_quantity": nth - most})
    return Effect(offs=offs) if offs else Effect(no={"code": "nothing_left"})


def _cheapest(offs: dict[int, int], places: list[int], goods: Cart, cheaper: int, part: int) -> None:
    """Take the part off the cheapest pieces of these lines; a line's pieces cost the same each."""
    lines, left = goods.lines, goods.left
    if len(places) > 1:
        places = sorted(places, key=lambda place: (left[place] / (_pieces(lines[place]) or 1), place))
    for place in places:
        taken = min(cheaper, _pieces(lines[place]))
        if taken and left[place]:
            off = _share(left[place] * taken, part, _stated(lines[place], _WHOLE))
            if off:
                offs[place] = min(left[place], off)
        cheaper -= taken
        if not cheaper:
            return


def _stated(line: state.Line, scale: int) -> int:
    """Units of the line times a scale, whole also for 2.5 of a unit."""
    if line.unit_quantity is None:
        return line.quantity * scale
    return max(1, int(line.unit_quantity * scale))


def _gift(offer: Offer, goods: Cart) -> Effect:
    terms = offer.terms.said
    named = terms.get("gifts") or [
        {
            "sku": terms.get("gift_sku") or terms.get("sku"),
            "quantity": terms.get("gift_quantity") or terms.get("quantity"),
        }
    ]
    times, no = _times(offer, goods)
    if no is not None:
        return Effect(no=no)
    gifts: list[tuple[str, int]] = []
    for each in named if isinstance(named, list) else ():
        if not isinstance(each, Mapping):
            continue
        sku, quantity = _text(each.get("sku")), numbers.whole(each.get("quantity"))
        pieces = (1 if quantity is None else quantity) * times
        if sku and 0 < pieces <= limits.QUANTITY_MAX:
            gifts.append((sku, pieces))
    return Effect(gifts=gifts) if gifts else Effect(no={"code": "incomplete", "parameter": "gift_sku"})


def _combo(offer: Offer, goods: Cart) -> Effect:
    """Sets of named pieces for a price, or for something off each set; the dearest lines make up the sets."""
    of_set = _set(offer.terms.said.get("skus"))
    if not of_set:
        return Effect(no={"code": "incomplete", "parameter": "skus"})
    places: dict[str, list[int]] = {sku: [] for sku in of_set}
    for place in offer.members:
        if goods.lines[place].sku in places:
            places[goods.lines[place].sku].append(place)
    there = {sku: sum([_pieces(goods.lines[place]) for place in places[sku]]) for sku in of_set}
    sets = min(there[sku] // pieces for sku, pieces in of_set.items())
    if not sets:
        sku = next(sku for sku, pieces in of_set.items() if there[sku] < pieces)
        return Effect(no={"code": "combo_incomplete", "sku": sku, "short_quantity": of_set[sku] - there[sku]})
    most = offer.terms.times_max
    sets = min(sets, most) if most is not None and most > 0 else sets
    used: dict[int, int] = {}
    for sku, pieces in of_set.items():
        _use(used, places[sku], goods, pieces * sets)
    return _set_off(offer, goods, sets, used)


def _set(named: Any) -> dict[str, int]:
    if isinstance(named, Mapping):
        counted = {str(sku): numbers.whole(pieces) or 0 for sku, pieces in named.items()}
        return counted if all(pieces > 0 for pieces in counted.values()) else {}
    of_set: dict[str, int] = {}
    for sku in named if isinstance(named, list | tuple) else ():
        of_set[str(sku)] = of_set.get(str(sku), 0) + 1
    return of_set


def _use(used: dict[int, int], places: list[int], goods: Cart, pieces: int) -> None:
    """What these pieces cost now, by place, the dearest first."""
    left, lines = goods.left, goods.lines
    for place in sorted(places, key=lambda place: (-left[place] / (_pieces(lines[place]) or 1), place)):
        taken = min(pieces, _pieces(lines[place]))
        if taken:
            used[place] = min(left[place], _share(left[place], taken * _WHOLE, _stated(lines[place], _WHOLE)))
        pieces -= taken
        if not pieces:
            return


def _set_off(offer: Offer, goods: Cart, sets: int, used: dict[int, int]) -> Effect:
    amount = sum(used.values())
    price = offer.terms.minor("combo_price", goods.currency)
    if price is None:
        price = offer.terms.minor("price", goods.currency)
    if price is None:
        off = (offer.terms.minor("off", goods.currency) or 0) * sets
        if not off:
            return Effect(no={"code": "incomplete", "parameter": "combo_price"})
    else:
        off = amount - price * sets
    if off <= 0:
        return Effect(no={"code": "no_gain"})
    return _spread(off, list(used), list(used.values()))


def _fixed_price(offer: Offer, goods: Cart) -> Effect:
    price = offer.terms.minor("price", goods.currency)
    if price is None:
        return Effect(no={"code": "incomplete", "parameter": "price"})
    _, no = _times(offer, goods)
    if no is not None:
        return Effect(no=no)
    offs = {}
    for place in offer.members:
        fixed = _share(price, _stated(goods.lines[place], _WHOLE), _WHOLE)
        if goods.left[place] > fixed:
            offs[place] = goods.left[place] - fixed
    return Effect(offs=offs) if offs else Effect(no={"code": "no_gain"})


_KINDS: Mapping[str, Callable[[Offer, Cart], Effect]] = {
    "amount_off": _amount_off,
    "percent_off": _percent_off,
    "nth_half": _nth_half,
    "gift": _gift,
    "combo": _combo,
    "fixed_price": _fixed_price,
    "coupon": _amount_off,
}
