"""Promises: when the customer will have it, from supply, cut-off, handling and transit, each part shown (S-9)."""

import datetime as dt
from collections.abc import Iterable, Sequence

import msgspec

from orderloom.domain import calendars, geography, warehouses
from orderloom.domain.orders import state

# From the surest to the least sure: known stock and a transit table, a supply to come, somebody's guess.
SURE = ("table", "supply", "guess")

_MINUTE = dt.timedelta(minutes=1)
_HOUR = dt.timedelta(hours=1)


class Guesses(msgspec.Struct, frozen=True):
    """What is assumed where nothing is known; a promise that needs one says so."""

    transit_hours: int = 96
    lead_days: int = 14


class Supply(msgspec.Struct, frozen=True):
    """When missing units come: at an expected instant, else after lead days; neither known means a guess."""

    expected_at: dt.datetime | None = None
    lead_days: int | None = None


class Leg(msgspec.Struct, frozen=True):
    """One shipment as planned: from where, by whom, and what it still waits for (None: the stock is there)."""

    warehouse: warehouses.Warehouse
    worktime: calendars.Worktime
    carrier: str = ""
    service: str = ""
    supply: Supply | None = None


class TransitTable:
    """Hours by lane and carrier, built once from the transit rows in force."""

    def __init__(self, rows: Iterable[warehouses.Transit]) -> None:
        self._hours: dict[tuple[str, str, str, str], int] = {}
        self._slowest: dict[tuple[str, str, str], int] = {}
        for row in rows:
            province = geography.province(row.province)
            self._hours[row.carrier, row.service, row.warehouse, province] = row.hours
            for carrier in (row.carrier, ""):
                key = (carrier, row.warehouse, province)
                self._slowest[key] = max(row.hours, self._slowest.get(key, 0))

    def hours(self, *, carrier: str, service: str, warehouse: str, province: str) -> int | None:
        """Transit hours of the lane, by the official name of its province: of the service, else the carrier's
        slowest, else the slowest of anybody; each to the province, else to anywhere (""). None when nothing is known.
        """
        for where in (province, ""):
            found = self._hours.get((carrier, service, warehouse, where))
            if found is not None:
                return found
        for who in (carrier, ""):
            for where in (province, ""):
                found = self._slowest.get((who, warehouse, where))
                if found is not None:
                    return found
        return None


def make(
    legs: Sequence[Leg],
    *,
    now: dt.datetime,
    transit: TransitTable,
    province: str,
    guesses: Guesses = Guesses(),
) -> state.Promise | None:
    """The promise for an order of these shipments: that of the latest, and as sure as the least sure.

    None when there is no shipment, or a warehouse that does not work within a year.
    """
    official = geography.province(province)
    latest: state.Promise | None = None
    unsure = 0
    for leg in legs:
        made = _of_leg(leg, now, transit, official, guesses)
        if made is None:
            return None
        unsure = max(unsure, SURE.index(made.sure))
        if latest is None or made.promised_at > latest.promised_at:
            latest = made
    if latest is not None:
        latest.sure = SURE[unsure]
    return latest


def _of_leg(leg: Leg, now: dt.datetime, transit: TransitTable, province: str, guesses: Guesses) -> state.Promise | None:
    parts: list[state.PromisePart] = []
    sure, at = "table", now
    if leg.supply is not None:
        at, sure = _supplied(leg.supply, now, guesses)
        parts.append(_part("supply_guessed" if sure == "guess" else "supply", now, at))
    begins = leg.worktime.admitted(at, cutoff_minute=leg.warehouse.cutoff_minute)
    leaves = None if begins is None else _handled(leg, begins)
    if begins is None or leaves is None:
        return None
    if begins > at:
        parts.append(_part("cutoff", at, begins))
    parts.append(_part("handling", begins, leaves))
    hours = transit.hours(
        carrier=leg.carrier, service=leg.service, warehouse=leg.warehouse.warehouse, province=province
    )
    if hours is None:
        hours, sure = guesses.transit_hours, "guess"
    arrives = leaves + dt.timedelta(hours=hours)
    if arrives.second or arrives.microsecond:
        arrives = arrives.replace(second=0, microsecond=0) + _MINUTE
    parts.append(_part("transit", leaves, arrives))
    return state.Promise(arrives, parts, sure, leg.warehouse.warehouse, leg.carrier)


def _supplied(supply: Supply, now: dt.datetime, guesses: Guesses) -> tuple[dt.datetime, str]:
    if supply.expected_at is not None:
        return max(now, supply.expected_at), "supply"
    if supply.lead_days is not None:
        return now + dt.timedelta(days=max(0, supply.lead_days)), "supply"
    return now + dt.timedelta(days=guesses.lead_days), "guess"


def _handled(leg: Leg, begins: dt.datetime) -> dt.datetime | None:
    """When it leaves. What came in by the cut-off leaves the same day, unless its handling fills more than a day."""
    minutes = max(0, leg.warehouse.handling_minutes)
    leaves = leg.worktime.add(begins, minutes=minutes)
    if leaves is None or leaves - begins == dt.timedelta(minutes=minutes) or minutes > leg.worktime.open_minutes:
        return leaves
    return leg.worktime.closing(begins)


def _part(part: str, since: dt.datetime, until: dt.datetime) -> state.PromisePart:
    """One part: to the second, its hours to the tenth."""
    return state.PromisePart(part, until.astimezone(dt.UTC).replace(microsecond=0), round((until - since) / _HOUR, 1))
