"""What all orders of a workspace share and what seldom changes: settings, channels, warehouses, tables, rules."""

import functools
import zoneinfo
from collections.abc import Mapping
from typing import Any

from orderloom.domain import breakers, calendars, freight, geography, promises, stages
from orderloom.domain.channels import Channel
from orderloom.domain.documents.versions import Published
from orderloom.domain.orders import state
from orderloom.domain.settings import Settings
from orderloom.domain.warehouses import Calendar, Rate, Transit, Warehouse
from orderloom.kit import limits
from orderloom.rules import compile as rules_compile
from orderloom.rules import flows as rules_flows
from orderloom.rules import holds

# A warehouse as any order to one place sees it: its name, metres, its rank among the regions, load, tariffs, closed.
Way = tuple[str, int | None, int | None, float, tuple[freight.Tariff, ...], bool]


_NOTHING_STOPPED = breakers.Open()


class Destination:
    """Distances, region ranks and ways from every warehouse for one place, worked out once."""

    __slots__ = ("distances", "ranks", "ways")

    def __init__(self, distances: dict[str, int | None], ranks: dict[str, int | None], ways: list[Way]) -> None:
        self.distances = distances
        self.ranks = ranks
        self.ways = ways


class Reference:
    """A snapshot of reference data at one revision, with what can be worked out from it kept beside it.

    It is shared by the threads of a process and never changes; `version` tells when a newer one is in force. What was
    worked out `before` from the same rates and warehouses is taken over.
    """

    def __init__(
        self,
        *,
        version: int,
        settings: Settings,
        rules: rules_compile.Compiled,
        channels: Mapping[str, Channel],
        warehouses: Mapping[str, Warehouse],
        calendars_by_name: Mapping[str, Calendar],
        rates: list[Rate],
        transits: list[Transit],
        places: geography.Places,
        documents: Mapping[str, Mapping[str, Published]] = {},
        breakers: breakers.Open = _NOTHING_STOPPED,
        flows: rules_flows.Flows | None = None,
        before: "Reference | None" = None,
    ) -> None:
        self.version = version
        self.settings = settings
        self.rules = rules
        self.zone: zoneinfo.ZoneInfo = settings.timezone
        self.channels = channels
        self.warehouses = warehouses
        self.worktimes = {name: calendars.worktime(each, zone=self.zone) for name, each in calendars_by_name.items()}
        self.always_open = calendars.worktime(None, zone=self.zone)
        stood = before if before is not None and before.rates.entered == rates else None
        self.rates = stood.rates if stood is not None else freight.RateTable(rates)
        self.transits = promises.TransitTable(transits)
        self.places = places
        self.documents = documents
        self.track = stages.of(documents)
        self.confirming_roles = self.track.roles()
        self.trusted_sources = {**settings.trusted_sources, **self.track.trusted()}
        self.breakers = breakers
        self.flows = flows or rules_flows.Flows([], zone=settings.zone)
        same = stood is not None and stood.places is places and stood.warehouses == warehouses
        self._destinations: dict[tuple[str, str, str, str], Destination] = (
            stood._destinations if stood is not None and same else {}
        )
        self.kept: dict[str, Any] = {}

    @functools.cached_property
    def hold_titles(self) -> dict[str, state.Text]:
        """What holds are called in the documents in force."""
        return holds.titles(self.documents)

    def worktime(self, warehouse: str) -> calendars.Worktime:
        """The working time of a warehouse; one without a calendar is always open."""
        return self.worktimes.get(self.warehouses[warehouse].calendar, self.always_open)

    def destination(self, consignee: state.Party) -> Destination:
        """Distances in metres and region ranks from every warehouse, by the smallest division known."""
        key = (consignee.adcode, consignee.province, consignee.city, consignee.district)
        found = self._destinations.get(key)
        if found is None:
            if len(self._destinations) >= limits.ANSWERS_REMEMBERED_MAX:
                self._destinations.clear()
            found = self._destinations[key] = self._measure(consignee)
        return found

    def _measure(self, consignee: state.Party) -> Destination:
        place = self.places.locate(consignee)
        distances: dict[str, int | None] = {}
        ranks: dict[str, int | None] = {}
        for name, warehouse in self.warehouses.items():
            located = bool(warehouse.lon or warehouse.lat)
            distances[name] = (
                geography.distance_m((warehouse.lon, warehouse.lat), place) if located and place is not None else None
            )
            ranks[name] = geography.rank(warehouse.regions, province_name=consignee.province, adcode=consignee.adcode)
        province = geography.province(consignee.province)
        ways = [
            (name, distances[name], ranks[name], each.load, self.rates.cheapest_tariffs(name, province), each.closed)
            for name, each in self.warehouses.items()
        ]
        return Destination(distances, ranks, ways)
