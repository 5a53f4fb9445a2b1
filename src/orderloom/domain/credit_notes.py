"""Credit notes: which earlier orders a cancelling message takes back, and how much of each line.

A channel that sends "minus six of this" without naming the order leaves it to us: the lines are laid against the
same customer's open lines of the same SKU at the same price. What finds nothing stays unmatched, never guessed.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

import msgspec

from orderloom.domain.mappings import drafts

FREIGHT = "(freight)"
FREIGHT_LINE_NO = 0


class OpenLine(msgspec.Struct, frozen=True):
    """What can still be taken back of one order line, in the stated unit.

    An order's freight is a line too: number 0, SKU `FREIGHT`, price 1 and the amount as quantity.
    """

    external_no: str
    line_no: int
    sku: str
    price: Decimal
    quantity: Decimal
    placed_at: dt.datetime


class CreditLine(msgspec.Struct, frozen=True):
    """What one row of the credit note takes back; `row` is its place in the message, None for freight."""

    sku: str
    price: Decimal
    quantity: Decimal
    row: int | None = None


class Match(msgspec.Struct, frozen=True):
    """`quantity` of a credit line laid against an order's line."""

    external_no: str
    line_no: int
    quantity: Decimal
    row: int | None


class Unmatched(msgspec.Struct, frozen=True):
    """A credit line that found less than it asks for, with the code that says why.

    `order.credit_unknown_sku` no earlier order of the customer has it, `order.credit_price_differs` only at
    another price, `order.credit_exceeds_open` fewer units are open than it takes back.
    """

    line: CreditLine
    code: str
    data: dict[str, Any] = {}


class Result(msgspec.Struct):
    """Matches by order, and the lines that found none. A line is matched whole or not at all."""

    matches: list[Match]
    unmatched: list[Unmatched]


def lines(draft: drafts.Draft) -> list[CreditLine]:
    """The credit lines of a draft of intent "credit_note": its goods, and its freight as one line of price 1."""
    found = [CreditLine(each.sku, each.price or Decimal(0), each.quantity, each.row) for each in draft.lines]
    if draft.freight:
        found.append(CreditLine(FREIGHT, Decimal(1), draft.freight))
    return found


def lay(draft: drafts.Draft, *, earlier: Iterable[OpenLine], at: dt.datetime) -> Result:
    """Lay a draft of intent "credit_note" against its customer's open lines.

    `at` counts where the note has no time of its own. Without a customer and without the order's number nothing is
    matched: every line is unmatched with `order.credit_no_customer`.
    """
    note = lines(draft)
    if not draft.customer_no and not draft.cancels:
        return Result([], [Unmatched(line, "order.credit_no_customer") for line in note])
    return match(note, earlier=earlier, at=draft.placed_at or at, named=draft.cancels)


def match(note: Sequence[CreditLine], *, earlier: Iterable[OpenLine], at: dt.datetime, named: str = "") -> Result:
    """Lay a credit note against the customer's earlier open lines.

    The latest order that covers the whole note takes all of it; else each line is laid against the latest orders
    first, over several where one is not enough. Orders placed after `at` are left alone. With `named` only that
    order counts. A line that is not covered whole is unmatched, so that every row ends in one place.
    """
    candidates = [each for each in earlier if each.placed_at <= at and (not named or each.external_no == named)]
    candidates.sort(key=lambda each: (each.placed_at, each.external_no, -each.line_no), reverse=True)
    open_now: dict[tuple[str, int], Decimal] = {
        (each.external_no, each.line_no): each.quantity for each in candidates if each.quantity > 0
    }
    by_key: dict[tuple[str, Decimal], list[OpenLine]] = defaultdict(list)
    for each in candidates:
        by_key[each.sku, each.price].append(each)
    whole = _covering_order(note, by_key)
    matches: list[Match] = []
    unmatched: list[Unmatched] = []
    for line in note:
        choices = by_key.get((line.sku, line.price), [])
        found = _taken(line, [each for each in choices if whole in ("", each.external_no)], open_now)
        if found is None:
            unmatched.append(Unmatched(line, *_why(line, candidates, choices, open_now)))
        else:
            matches.extend(found)
    return Result(matches, unmatched)


def _covering_order(note: Sequence[CreditLine], by_key: dict[tuple[str, Decimal], list[OpenLine]]) -> str:
    """The latest order whose open lines cover the whole note, "" if there is none."""
    wanted: dict[tuple[str, Decimal], Decimal] = defaultdict(Decimal)
    for line in note:
        wanted[line.sku, line.price] += line.quantity
    covering: dict[str, int] = defaultdict(int)
    latest: dict[str, dt.datetime] = {}
    for key, quantity in wanted.items():
        held: dict[str, Decimal] = defaultdict(Decimal)
        for each in by_key.get(key, ()):
            held[each.external_no] += each.quantity
            latest[each.external_no] = each.placed_at
        for external_no, open_quantity in held.items():
            covering[external_no] += open_quantity >= quantity
    full = [external_no for external_no, keys in covering.items() if keys == len(wanted)]
    return max(full, key=lambda external_no: (latest[external_no], external_no), default="")


def _taken(line: CreditLine, choices: list[OpenLine], open_now: dict[tuple[str, int], Decimal]) -> list[Match] | None:
    """Take the line's quantity from the choices in their order; None, and nothing taken, if they do not cover it."""
    left = line.quantity
    found: list[Match] = []
    for each in choices:
        key = (each.external_no, each.line_no)
        part = min(left, open_now.get(key, Decimal(0)))
        if part > 0:
            found.append(Match(each.external_no, each.line_no, part, line.row))
            left -= part
        if left == 0:
            break
    if left > 0:
        return None
    for taken in found:
        open_now[taken.external_no, taken.line_no] -= taken.quantity
    return found


def _why(
    line: CreditLine, candidates: list[OpenLine], choices: list[OpenLine], open_now: dict[tuple[str, int], Decimal]
) -> tuple[str, dict[str, Any]]:
    data: dict[str, Any] = {"sku": line.sku, "quantity": str(line.quantity), "price": str(line.price)}
    if choices:
        open_quantity = sum(
            (open_now.get((each.external_no, each.line_no), Decimal(0)) for each in choices), Decimal(0)
        )
        return "order.credit_exceeds_open", {**data, "open": str(open_quantity)}
    prices = sorted({each.price for each in candidates if each.sku == line.sku})
    if prices:
        return "order.credit_price_differs", {**data, "prices": [str(price) for price in prices[:5]]}
    return "order.credit_unknown_sku", data
