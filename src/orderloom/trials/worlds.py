"""A world: past orders placed once more by rules of one's choice, over stock of one's choice.

What the rules are asked is what they were asked then, as far as it was a fact of the moment (`contexts.recall`);
customers and goods are those of now, an account stands as it stood before the order. Nothing is saved.
"""

import copy
import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import msgspec

from orderloom.deciding import loop
from orderloom.deciding.reference import Reference
from orderloom.deciding.state import Missing, Recalled, State
from orderloom.domain import credit, fold
from orderloom.domain.catalogue import Sku
from orderloom.domain.customers import Customer
from orderloom.domain.orders import commands, events, state
from orderloom.store import credit as credit_store
from orderloom.store import database as db
from orderloom.store import facts
from orderloom.trials import entries, results, stocks


class Period(msgspec.Struct, frozen=True):
    """From `since` up to, not including, `until`."""

    since: dt.datetime
    until: dt.datetime


Wants = dict[str, int]  # Units by SKU.


class Made(msgspec.Struct):
    """What a world made of an order: the order, if it was not refused, and what was said of it."""

    placing: entries.Placing
    order: state.Order | None
    said: Sequence[Any]
    refused: str
    comparable: bool

    @property
    def result(self) -> results.Result:
        """The decision in short."""
        return results.of(self.order, refused=self.refused)

    @property
    def wants(self) -> Wants:
        """The units that it asks for, with what it is given."""
        wants: Wants = {}
        for line in self.order.lines if self.order is not None else self.placing.received.lines:
            wants[line.sku] = wants.get(line.sku, 0) + line.quantity
        return wants

    @property
    def reproduced(self) -> bool:
        """Whether it was really decided so."""
        if self.placing.is_what_was_said(self.said):
            return True
        return results.of(fold.fold(self.placing.whole().events)) == self.result  # type: ignore[arg-type]

    @property
    def items(self) -> list[state.Reservation]:
        """The units that the order stands on."""
        return self.order.reservations if self.order is not None else []


class World:
    """Past orders decided by `reference`; accounts are read as they stand at `now`."""

    def __init__(self, connection: db.Connection, reference: Reference, *, now: dt.datetime) -> None:
        self.reference = reference
        # What was asked for the orders decided last.
        self.recalled = Recalled({})
        self._connection = connection
        self._now = now
        self._customers: dict[str, Customer | None] = {}
        self._skus: dict[str, Sku | None] = {}
        self._accounts: dict[str, credit.Account] = {}
        self._gifts: set[str] = set()

    def load(self, placings: Iterable[entries.Placing]) -> None:
        """Read customers and goods of orders to come, as they stand now, all at once."""
        received = [each.received for each in placings]
        customers = {each.customer_no for each in received if each.customer_no} - self._customers.keys()
        self._customers.update(dict.fromkeys(customers))
        self._customers.update(facts.customers(self._connection, customers))
        self._know({line.sku for each in received for line in each.lines})
        new = [found for each in customers if (found := self._customers[each]) is not None and found.account]
        accounts = {each.account for each in new} - self._accounts.keys()
        self._accounts.update(credit_store.load(self._connection, accounts, now=self._now, locked=False))

    def account(self, placing: entries.Placing) -> str:
        """The account that the order goes on; empty where it has none."""
        customer = self._customers.get(placing.received.customer_no)
        return customer.account if customer is not None else ""

    def decide(self, placings: Sequence[entries.Placing], stand: stocks.Stand) -> list[Made]:
        """Decide the orders of one transaction together, over the stock that `stand` gives."""
        self.load(placings)
        asked = [each.command() for each in placings]
        recalled = Recalled({each.received.order_id: each.inputs or {} for each in placings})
        decided = self._decide(asked, placings, recalled, stand)
        self.recalled = recalled
        made: list[Made] = []
        for placing, command in zip(placings, asked, strict=True):
            order_id = command.received.order_id
            touched = decided.touched.get(order_id)
            refused = decided.outcomes[command.command_id].refused
            made.append(
                Made(
                    placing,
                    touched.order if touched is not None else None,
                    touched.said if touched is not None else (),
                    refused.code if refused is not None else "",
                    placing.inputs is not None and order_id not in recalled.incomparable,
                )
            )
        return made

    def _decide(
        self,
        asked: Sequence[commands.Place],
        placings: Sequence[entries.Placing],
        recalled: Recalled,
        stand: stocks.Stand,
    ) -> loop.Decided:
        skus = {line.sku for each in asked for line in each.received.lines} | self._gifts
        numbers = {each.received.customer_no for each in asked}
        while True:
            world = State(
                now=placings[0].recorded_at,
                reference=self.reference,
                customers={number: found for number in numbers if (found := self._customers.get(number)) is not None},
                accounts=self._accounts_of(placings),
                skus={sku: found for sku in skus if (found := self._skus.get(sku)) is not None},
                pools=stand(skus),
                looked_up=frozenset(skus),
                recalled=recalled,
            )
            try:
                return loop.decide(asked, world)
            except Missing as missing:  # A gift of a promotion: decide anew, with it at hand.
                self._know(missing.skus)
                self._gifts |= missing.skus
                skus |= missing.skus
                recalled.asked.clear()
                recalled.sourced.clear()

    def _know(self, skus: Collection[str]) -> None:
        new = set(skus) - self._skus.keys()
        self._skus.update(dict.fromkeys(new))
        self._skus.update(facts.skus(self._connection, new))

    def _accounts_of(self, placings: Sequence[entries.Placing]) -> dict[str, credit.Account]:
        """The orders' accounts as they stood before these; those that nothing was said of as they stand now."""
        accounts = {
            name: copy.copy(self._accounts[name])
            for name in {self.account(each) for each in placings}
            if name in self._accounts
        }
        carried: set[str] = set()
        for placing in placings:
            for event in placing.said:
                if type(event) is events.CreditReserved:
                    before = event.reserved_minor - event.amount_minor
                    known = accounts.get(event.account)
                    if event.account in carried and known is not None and known.reserved_minor <= before:
                        continue  # An order of the same transaction came first.
                    carried.add(event.account)
                    accounts[event.account] = credit.Account(
                        event.account,
                        known.currency if known is not None else "CNY",
                        event.limit_minor + event.grants_minor,
                        event.used_minor,
                        before,
                    )
                elif type(event) is events.CreditRefused and event.account not in carried:
                    known = accounts.get(event.account)
                    if known is not None:
                        left = event.amount_minor - event.short_minor
                        accounts[event.account] = credit.Account(event.account, known.currency, left)
        return accounts
