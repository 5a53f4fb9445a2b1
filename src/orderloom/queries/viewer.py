"""Who looks: every query takes a Viewer, and its scope and masks hold below every door."""

import fnmatch
from typing import Any

import msgspec

from orderloom.domain.people import PERSONAL


class Viewer(msgspec.Struct, frozen=True, kw_only=True):
    """What someone may do and see.

    `verbs` are like "orders:read", "orders:*" or "*". `channels` and `warehouses` are the scope: None means all of
    them, an empty set none. `masks` are the fields of people that are shown masked. `audiences` are the roles whose
    notices are shown beside the viewer's own; None means all, where nothing else limits the scope.
    """

    name: str
    verbs: frozenset[str]
    channels: frozenset[str] | None = None
    warehouses: frozenset[str] | None = None
    masks: frozenset[str] = PERSONAL
    audiences: frozenset[str] | None = None

    def may(self, verb: str) -> bool:
        """Whether one of the verbs covers this one."""
        return any(verb == each or fnmatch.fnmatchcase(verb, each) for each in self.verbs)

    def sees_channel(self, channel: str) -> bool:
        """Whether the channel is in scope."""
        return self.channels is None or channel in self.channels

    def sees_warehouse(self, warehouse: str) -> bool:
        """Whether the warehouse is in scope."""
        return self.warehouses is None or warehouse in self.warehouses

    @property
    def limited(self) -> bool:
        """Whether the scope leaves anything out."""
        return self.channels is not None or self.warehouses is not None

    @property
    def hears(self) -> frozenset[str] | None:
        """The audiences whose notices are shown: None means all of them."""
        if self.audiences is None and self.channels is None and self.warehouses is None:
            return None
        places = {f"warehouse:{each}" for each in self.warehouses or ()}
        return frozenset({self.name, *places, *(self.audiences or ())})

    @property
    def scope(self) -> dict[str, Any]:
        """The scope as parameters of a statement: `(%(scope_channels)s::text[] is null or channel = any(…))`."""
        return {
            "scope_channels": None if self.channels is None else sorted(self.channels),
            "scope_warehouses": None if self.warehouses is None else sorted(self.warehouses),
        }


def everything(name: str) -> Viewer:
    """The viewer of the command line and of the hub's own loops: all verbs, all channels, nothing masked."""
    return Viewer(name=name, verbs=frozenset({"*"}), masks=frozenset())
