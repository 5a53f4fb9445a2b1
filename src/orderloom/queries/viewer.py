"""Who looks: every query takes a Viewer, and its scope and masks hold below every door."""

import fnmatch
from collections.abc import Sequence
from typing import Any

import msgspec

from orderloom.domain.people import PERSONAL


class Grant(msgspec.Struct, frozen=True, kw_only=True):
    """What one role, or one key, gives: verbs within a scope, with fields of people masked.

    A scope is of `channels`, `warehouses` and `owners`; None means all of them, an empty set none. `owners` are those
    whose customers are reached: "user/<login>" for the customers that are a user's own, "customer/<number>" for a
    dealer, who is the customer.
    """

    verbs: frozenset[str]
    channels: frozenset[str] | None = None
    warehouses: frozenset[str] | None = None
    owners: frozenset[str] | None = None
    masks: frozenset[str] = PERSONAL

    def may(self, verb: str) -> bool:
        """Whether one of the verbs covers this one; the empty verb asks for nothing."""
        return not verb or any(verb == each or fnmatch.fnmatchcase(verb, each) for each in self.verbs)

    def covers(self, other: "Grant") -> bool:
        """Whether all that the other reaches is reached by this one."""
        return all(
            mine is None or (theirs is not None and mine >= theirs)
            for mine, theirs in zip(_dimensions(self), _dimensions(other), strict=True)
        )


class Viewer(Grant, frozen=True, kw_only=True):
    """What someone may do and see.

    `verbs` are like "orders:read", "orders:*" or "*". `audiences` are the roles whose notices are shown beside the
    viewer's own; None means all, where nothing else limits the scope. `roles` are those the viewer holds.
    """

    name: str
    audiences: frozenset[str] | None = None
    roles: frozenset[str] = frozenset()

    def sees_channel(self, channel: str) -> bool:
        """Whether the channel is in scope."""
        return self.channels is None or channel in self.channels

    def sees_warehouse(self, warehouse: str) -> bool:
        """Whether the warehouse is in scope."""
        return self.warehouses is None or warehouse in self.warehouses

    def has_channel(self, channel: str) -> bool:
        """Whether all of the channel is in scope, from whatever warehouse and for whatever customer."""
        return self.sees_channel(channel) and self.warehouses is None and self.owners is None

    @property
    def limited(self) -> bool:
        """Whether the scope leaves anything out."""
        return any(each is not None for each in _dimensions(self))

    @property
    def hears(self) -> frozenset[str] | None:
        """The audiences whose notices are shown: None means all of them."""
        if self.audiences is None and not self.limited:
            return None
        places = {f"warehouse:{each}" for each in self.warehouses or ()}
        return frozenset({self.name, *places, *(self.audiences or ())})

    @property
    def scope(self) -> dict[str, Any]:
        """The scope as parameters of a statement: `(%(scope_channels)s::text[] is null or channel = any(…))`."""
        return {
            "scope_channels": None if self.channels is None else sorted(self.channels),
            "scope_warehouses": None if self.warehouses is None else sorted(self.warehouses),
            "scope_owners": None if self.owners is None else sorted(self.owners),
        }


def everything(name: str) -> Viewer:
    """The viewer of the command line and of the hub's own loops: all verbs, all channels, nothing masked."""
    return Viewer(name=name, verbs=frozenset({"*"}), masks=frozenset())


def united(
    grants: Sequence[Grant],
    *,
    verb: str,
    name: str,
    audiences: frozenset[str] | None = None,
    roles: frozenset[str] = frozenset(),
) -> Viewer:
    """The viewer for one verb of someone who holds several grants; without one that gives the verb it may nothing.

    The scope is what the grants of this verb reach together, so that reading everything by one role does not widen
    what another role lets one write. Where their union is no scope by itself (these channels, or those warehouses),
    the grant that is named first counts. A field is shown whole if a grant that reaches all of the scope shows it.
    Other verbs are kept that are given for all of this scope.
    """
    giving = [each for each in grants if each.may(verb)]
    if not giving:
        return Viewer(name=name, verbs=frozenset(), audiences=audiences, roles=roles)
    reach = _reach(giving)
    verbs = {each for grant in grants for each in grant.verbs}
    kept = {each for each in verbs if _reach([one for one in grants if one.may(each)]).covers(reach)}
    whole = [each for each in giving if each.covers(reach)]
    masks = (
        frozenset.intersection(*(each.masks for each in whole))
        if whole
        else frozenset.union(*(each.masks for each in giving))
    )
    channels, warehouses, owners = _dimensions(reach)
    return Viewer(
        name=name,
        verbs=frozenset(kept | {verb} if verb else kept),
        channels=channels,
        warehouses=warehouses,
        owners=owners,
        masks=masks,
        audiences=audiences,
        roles=roles,
    )


def verbs_of(grants: Sequence[Grant]) -> list[str]:
    """The verbs of all grants, each within the scope of those that give it."""
    return sorted({each for grant in grants for each in grant.verbs})


def _reach(grants: Sequence[Grant]) -> Grant:
    reach = grants[0]
    for each in grants[1:]:
        reach = _together(reach, each)
    return reach


def _together(one: Grant, other: Grant) -> Grant:
    """What both reach together where that is a scope by itself; else what the first reaches."""
    if one.covers(other):
        return one
    if other.covers(one):
        return other
    pairs = list(zip(_dimensions(one), _dimensions(other), strict=True))
    if sum(mine != theirs for mine, theirs in pairs) > 1:
        return one
    channels, warehouses, owners = (None if mine is None or theirs is None else mine | theirs for mine, theirs in pairs)
    return Grant(verbs=frozenset(), channels=channels, warehouses=warehouses, owners=owners)


def _dimensions(grant: Grant) -> tuple[frozenset[str] | None, ...]:
    return grant.channels, grant.warehouses, grant.owners
