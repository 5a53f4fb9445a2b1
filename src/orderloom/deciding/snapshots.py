"""A snapshot of reference data made ready to decide by: rules, channels' checks and flows compiled together.

Both who decides for good (`actions.hub`) and who tries what would be (`trials`) compile here.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

from orderloom.deciding.reference import Reference
from orderloom.domain import breakers, geography
from orderloom.domain.channels import Channel
from orderloom.domain.documents.versions import Published
from orderloom.domain.settings import Settings
from orderloom.domain.warehouses import Calendar, Rate, Transit, Warehouse
from orderloom.rules import channels as rules_channels
from orderloom.rules import compile as rules_compile
from orderloom.rules import flows as rules_flows
from orderloom.rules import kind as rules_kind


class Read(Protocol):
    """Reference data and documents as they were read together (`store.reference`)."""

    @property
    def version(self) -> int: ...
    @property
    def settings(self) -> Settings: ...
    @property
    def channels(self) -> Mapping[str, Channel]: ...
    @property
    def warehouses(self) -> Mapping[str, Warehouse]: ...
    @property
    def calendars(self) -> Mapping[str, Calendar]: ...
    @property
    def rates(self) -> list[Rate]: ...
    @property
    def transits(self) -> list[Transit]: ...
    @property
    def documents(self) -> Mapping[str, Mapping[str, Published]]: ...
    @property
    def breakers(self) -> Sequence[breakers.Breaker]: ...


def compile(read: Read, places: geography.Places, *, before: Reference | None = None) -> Reference:
    """The snapshot of what was read; what has not changed since `before` is taken over as it was compiled."""
    return Reference(
        version=read.version,
        settings=read.settings,
        rules=_rules(read, before),
        channels=read.channels,
        warehouses=read.warehouses,
        calendars_by_name=read.calendars,
        rates=read.rates,
        transits=read.transits,
        places=places,
        before=before,
        documents=read.documents,
        breakers=breakers.Open(read.breakers),
        flows=_flows(read, before),
    )


def _flows(read: Read, before: Reference | None) -> rules_flows.Flows:
    """The flows made ready, or as they were when no version of them and not the zone has changed."""
    published = read.documents.get("flow", {})
    if before is not None and before.settings.zone == read.settings.zone:
        known = {each.name: each.version for each in before.flows.plans.values()}
        if known == {name: document.version for name, document in published.items()}:
            return before.flows
    return rules_flows.Flows([rules_flows.plan(each) for each in published.values()], zone=read.settings.zone)


def _rules(read: Read, before: Reference | None) -> rules_compile.Compiled:
    """The rules and channels' checks compiled; the stages in which nothing has changed are taken over."""
    documents = [rules_kind.document(each) for each in read.documents.get("rules", {}).values()]
    checks = rules_channels.documents(read.channels.values())
    known = before.rules if before is not None else None
    return rules_compile.compile([*documents, *checks], zone=read.settings.zone, before=known)
