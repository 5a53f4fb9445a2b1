"""How a channel's messages are read: its mapping, and its status map over the same row."""

from collections.abc import Mapping
from typing import Any

from orderloom.actions.hub import Hub
from orderloom.deciding.reference import Reference
from orderloom.domain.mappings import drafts, mappers
from orderloom.inbox import shipped_mappings
from orderloom.kit.refusals import Refused
from orderloom.rules import status_maps


class WithStatuses(mappers.Mapper):
    """A mapping with the status map beside it. Like the mapping it serves all threads."""

    def __init__(self, mapper: mappers.Mapper, statuses: status_maps.StatusMap) -> None:
        self.__dict__.update(mapper.__dict__)
        self.statuses = statuses

    def map(self, record: Any) -> drafts.Draft | list[drafts.FieldError]:
        """The draft that a record makes, with its standing, or every reason why it makes none. Never raises."""
        made = super().map(record)
        if not isinstance(made, drafts.Draft) or made.intent != "order":
            return made
        if not made.status:
            return [drafts.FieldError("status", "status.missing", data={"map": self.statuses.name})]
        (standing,) = self.statuses.read([(made.status, _row(record, flat=self.rows is not None))])
        if isinstance(standing, Refused):
            return [drafts.FieldError("status", standing.code, made.status[:40], data=dict(standing.data))]
        made.standing = standing
        made.cancelled = made.cancelled or standing.stage == "cancelled"
        return made


def of(hub: Hub, channel: str) -> mappers.Mapper | Refused:
    """How this channel's messages are read: by its own mapping, else by the shipped one.

    Refuses `channel.unknown`, and what `mappers.compile` refuses.
    """
    with hub.database.workspace(hub.workspace) as connection:
        reference = hub.reference(connection)
    kept: dict[str, mappers.Mapper | Refused] = reference.kept.setdefault("channel_mappings", {})
    if channel not in kept:
        found = reference.channels.get(channel)
        if found is None:
            return Refused("channel.unknown", {"channel": channel})
        mapper = mappers.compile(found.mapping) if found.mapping else shipped_mappings.mapper("orders")
        kept[channel] = mapper if isinstance(mapper, Refused) else _beside(reference, channel, mapper)
    return kept[channel]


def _beside(reference: Reference, channel: str, mapper: mappers.Mapper) -> mappers.Mapper:
    found = reference.channels.get(channel)
    return _named(reference, found.status_map if found is not None else "", mapper)


def _named(reference: Reference, name: str, mapper: mappers.Mapper) -> mappers.Mapper:
    published = reference.documents.get("status_map", {}).get(name)
    if published is None:
        return mapper
    kept: dict[str, status_maps.StatusMap] = reference.kept.setdefault("status_maps", {})
    if name not in kept:
        kept[name] = status_maps.compile(published, zone=reference.settings.zone)
    return WithStatuses(mapper, kept[name])


def compiled(hub: Hub, channel: str, document: bytes | dict[str, Any]) -> mappers.Mapper | Refused:
    """A mapping document with the status map of the channel. Refuses what `mappers.compile` refuses."""
    mapper = mappers.compile(document)
    return mapper if isinstance(mapper, Refused) else with_statuses(hub, channel, mapper)


def proposed(hub: Hub, document: dict[str, Any], *, status_map: str) -> mappers.Mapper | Refused:
    """A mapping that is not in force, with the status map of that name. Refuses what `mappers.compile` refuses."""
    mapper = mappers.compile(document)
    if isinstance(mapper, Refused):
        return mapper
    with hub.database.workspace(hub.workspace) as connection:
        return _named(hub.reference(connection), status_map, mapper)


def with_statuses(hub: Hub, channel: str, mapper: mappers.Mapper) -> mappers.Mapper:
    """This mapping with the status map that the channel has now, if it has one."""
    with hub.database.workspace(hub.workspace) as connection:
        return _beside(hub.reference(connection), channel, mapper)


def _row(record: Any, *, flat: bool) -> Mapping[str, Any]:
    """The source row by its own names: of a table the order's first row, of a nested message its plain values."""
    if flat:
        return {str(name).strip(): cell for name, cell in zip(record["header"], record["rows"][0], strict=False)}
    return record
