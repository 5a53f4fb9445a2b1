"""Two worlds told in pairs: each past order by what is in force, and by the drafts, over the stock of its own world.

A world decides anew only what could come out otherwise than the base (`trials.baselines`): orders that drafts answer
otherwise; orders whose goods stand otherwise in the world, as far as the difference can be seen; and with them the
orders of the same transaction that share an account or scarce goods with one of those, since one takes what the other
finds. For any other order the deciders would be given the same to decide on, and what they come to depends on nothing
else.
"""

import time
from collections.abc import Iterator, Sequence

import msgspec

from orderloom.deciding.reference import Reference
from orderloom.domain.orders import events, state
from orderloom.kit import apart, garbage, limits
from orderloom.store import database as db
from orderloom.trials import baselines, entries, results, stocks, sums, worlds


class Told(msgspec.Struct, omit_defaults=True):
    """Orders that change, in the order in which they were placed; the summary when all are told."""

    changes: list[sums.Change] = []
    summary: sums.Summary | None = None


class Place(msgspec.Struct):
    """A new order of a transaction: its first entry and its base."""

    entry: entries.Entry
    base: baselines.Based

    @property
    def really(self) -> list[state.Reservation]:
        """The units that it really stood on."""
        return [item for event in self.entry.said if type(event) is events.StockReserved for item in event.items]


class Side:
    """One of the two worlds."""

    def __init__(
        self,
        connection: db.Connection,
        reference: Reference,
        asked: baselines.Asked,
        really: stocks.Stock,
        *,
        strict: bool,
    ) -> None:
        self._world = worlds.World(connection, reference, now=asked.period.until)
        self._shapes = entries.Shapes(connection)
        self._drift = stocks.Drift(really)
        self._strict = strict

    def place(self, placed: Sequence[Place], otherwise: set[int]) -> dict[int, worlds.Made]:
        """Decide the new orders of one transaction; those among them that are not the base's are told by their place.
        `otherwise` are those that the rules of this world answer otherwise."""
        wants = [each.base.wants for each in placed]
        members, made = set(otherwise), dict[int, worlds.Made]()
        while (members := self._closed(placed, wants, members)) != made.keys():
            numbers = sorted(members)
            placings = [self._shapes.placing(placed[number].entry) for number in numbers]
            made = dict(zip(numbers, self._world.decide(placings, self._drift.stand), strict=True))
            for number, each in made.items():  # A gift that this world gives may be what another order asks for.
                wants[number] = _more(wants[number], each.wants)
        for number, each in enumerate(placed):
            items = made[number].items if number in made else each.base.items
            if items is not None:
                self._drift.place(each.base.order_id, items, each.really)
        return made

    def follow(self, entry: entries.Entry) -> None:
        """Take over what was said later of an order."""
        self._drift.follow(entry)

    def _closed(self, placed: Sequence[Place], wants: Sequence[worlds.Wants], members: set[int]) -> set[int]:
        """These orders, those whose goods stand visibly otherwise here, and all that find what one of them leaves."""
        units = self._units(wants, all_of_them=bool(members))
        if not units:
            return members
        seen = {sku for sku, wanted in units.items() if self._drift.matters(sku, None if self._strict else wanted)}
        drifted = {sku for sku in units if self._drift.drifts(sku)}
        members = members | {
            number
            for number, each in enumerate(placed)
            # What the rules were told of stock then is not known here: any difference may have been seen.
            if not (wants[number].keys().isdisjoint(seen if each.base.comparable else drifted))
        }
        units = self._units(wants, all_of_them=bool(members))
        fresh = members
        while fresh:
            taken = {sku for number in fresh for sku in wants[number]}
            tight = {sku for sku in taken if self._strict or self._drift.tight(sku, units[sku])}
            accounts = {placed[number].base.account for number in fresh} - {""}
            fresh = {
                number
                for number, each in enumerate(placed)
                if number not in members
                and (
                    each.base.account in accounts
                    or not wants[number].keys().isdisjoint(tight if each.base.comparable else taken)
                )
            }
            members = members | fresh
        return members

    def _units(self, wants: Sequence[worlds.Wants], *, all_of_them: bool) -> dict[str, int]:
        """How much is asked for together: of all goods, or of those that stand otherwise here."""
        units: dict[str, int] = {}
        for each in wants:
            for sku, wanted in each.items():
                if all_of_them or self._drift.drifts(sku):
                    units[sku] = units.get(sku, 0) + wanted
        return units


def _more(one: worlds.Wants, other: worlds.Wants) -> worlds.Wants:
    return {sku: max(one.get(sku, 0), other.get(sku, 0)) for sku in one.keys() | other.keys()}


class Pairs:
    """Both worlds, and the stock that really was."""

    def __init__(
        self, connection: db.Connection, of: baselines.References, asked: baselines.Asked, really: stocks.Stock
    ) -> None:
        self._really = really
        self._live = Side(connection, of.live, asked, really, strict=of.by_stock)
        self._drafted = Side(connection, of.drafted, asked, really, strict=of.by_stock)

    def place(self, placed: Sequence[Place]) -> Iterator[results.Pair]:
        """The new orders of one transaction, in both worlds."""
        live = self._live.place(placed, set())
        otherwise = {number for number, each in enumerate(placed) if each.base.otherwise}
        drafted = self._drafted.place(placed, otherwise)
        for number, each in enumerate(placed):
            base, was, now = each.base, live.get(number), drafted.get(number)
            before = was.result if was is not None else base.result
            yield results.Pair(
                base.order_no,
                base.placed_at,
                before,
                now.result if now is not None else base.result,
                base.comparable and all(made.comparable for made in (was, now) if made is not None),
                was.reproduced if was is not None else base.reproduced,
            )

    def follow(self, batch: Sequence[entries.Entry], placed: Sequence[Place]) -> None:
        """Take over what a transaction really said of stock."""
        new = {each.base.order_id for each in placed}
        for entry in batch:
            self._really.follow(entry)
            if entry.subject not in new:
                self._live.follow(entry)
                self._drafted.follow(entry)


def _tell(said: bytes) -> Iterator[bytes]:
    asked = msgspec.json.decode(said, type=baselines.Asked)
    with baselines.opened(asked) as connection:
        view = connection.execute(entries.Q.hand_on).fetchone()
        assert view is not None
        with apart.Process(baselines.__name__, msgspec.structs.replace(asked, view=view[0])) as second:
            for told in _told(connection, asked, second.told()):
                yield msgspec.msgpack.encode(told)


def _told(connection: db.Connection, asked: baselines.Asked, theirs: Iterator[bytes]) -> Iterator[Told]:
    """Change by change, and at the end the summary."""
    began = time.monotonic()
    of = baselines.references(connection, asked.tried)
    reading = entries.Reading(connection, since=asked.period.since, until=asked.period.until)
    really = stocks.Stock(reading.pools())
    base = baselines.Baseline(connection, of, asked, really)
    pairs = Pairs(connection, of, asked, really)
    added = sums.Sums()
    changes = 0
    garbage.settle()
    for number, stretch in enumerate(reading.stretches()):
        given = iter(baselines.read(next(theirs))) if baselines.shared(number, of) else None
        told = Told()
        for batch in stretch:
            new = baselines.new(batch, asked.period)
            placed: list[Place] = []
            if new:
                found = next(given) if given is not None else base.decide(new)
                placed = [Place(entry, each) for entry, each in zip(new, found, strict=True)]
                told.changes.extend(change for pair in pairs.place(placed) if (change := added.add(pair)) is not None)
            pairs.follow(batch, placed)
        if told.changes and changes < limits.BACKTEST_CHANGES_MAX:
            del told.changes[limits.BACKTEST_CHANGES_MAX - changes :]
            changes += len(told.changes)
            yield told
        if time.monotonic() - began > limits.BACKTEST_SECONDS_MAX:
            added.summary.ended = False
            break
    yield Told(summary=added.close())


if __name__ == "__main__":
    apart.serve(_tell)
