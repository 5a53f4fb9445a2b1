"""The verbs of channels beyond their documents: how a source is reached, who catches up, and how far one has come."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

import msgspec

from orderloom.actions import documents
from orderloom.actions.hub import Hub
from orderloom.domain.channels import Channel
from orderloom.domain.mappings import channels
from orderloom.kit import limits, sealing
from orderloom.kit.refusals import Refused
from orderloom.store import audit as audit_store
from orderloom.store import channels as channels_store
from orderloom.store import database as db


class Claimed(msgspec.Struct):
    """A channel taken to be caught up with: from where on, and how often it failed since it last worked."""

    caught_up_to: dt.datetime | None
    failures: int


def enter(
    hub: Hub, entered: Sequence[Channel], *, actor: str, origin: str = "", now: dt.datetime
) -> documents.Publication | Refused:
    """Open channels or change what a short form says of them, by publishing their documents. Refuses as `publish`."""
    with hub.database.workspace(hub.workspace) as connection:
        known = hub.reference(connection).documents.get("channel", {})
    proposals = [
        documents.Proposal(
            "channel", each.channel,
            channels.stated(each, before=known[each.channel].content if each.channel in known else None),
        )
        for each in entered
    ]  # fmt: skip
    return documents.publish(hub, proposals, comment="", actor=actor, origin=origin, now=now)


def pause(hub: Hub, channel: str, *, paused: bool, actor: str, origin: str = "", now: dt.datetime) -> Refused | None:
    """Take no more messages of a channel, or take them again, by publishing its document. Refuses `channel.unknown`,
    and as `publish`."""
    with hub.database.workspace(hub.workspace) as connection:
        known = hub.reference(connection).channels.get(channel)
    if known is None:
        return Refused("channel.unknown", {"channel": channel})
    if known.paused == paused:
        return None
    wanted = msgspec.structs.replace(known, paused=paused)
    done = enter(hub, [wanted], actor=actor, origin=origin, now=now)
    return done if isinstance(done, Refused) else None


def hasten(hub: Hub, channel: str, *, now: dt.datetime) -> Refused | None:
    """Let the channel be caught up with at the worker's next look. Refuses `channel.no_account`."""
    with hub.database.workspace(hub.workspace) as connection:
        if channels_store.account(connection, channel) is None:
            return Refused("channel.no_account", {"channel": channel})
        channels_store.hasten(connection, channel, now=now)
    return None


def tried(hub: Hub, channel: str, *, actor: str, origin: str, now: dt.datetime) -> None:
    """Write down who tries a mapping on kept messages, before anything of them is shown."""
    with hub.database.workspace(hub.workspace) as connection:
        note(hub, connection, "channel.dry_run", channel, actor=actor, origin=origin, now=now)


def keep_account(
    hub: Hub, channel: str, *, connector: str, account: dict[str, Any], actor: str, origin: str = "", now: dt.datetime
) -> Refused | None:
    """Keep, sealed, how a channel's source is reached. Refuses `channel.unknown`."""
    with hub.database.workspace(hub.workspace) as connection:
        if channel not in hub.reference(connection).channels:
            return Refused("channel.unknown", {"channel": channel})
        sealed = hub.sealer.seal(msgspec.json.encode(account), aad=_place(channel))
        channels_store.put_account(connection, channel, connector=connector, sealed=sealed, by=actor, at=now)
        note(hub, connection, "channel.account_kept", channel, actor=actor, origin=origin, now=now)
    return None


def drop_account(hub: Hub, channel: str, *, actor: str, origin: str = "", now: dt.datetime) -> Refused | None:
    """Forget how a channel's source is reached. Refuses `channel.no_account`."""
    with hub.database.workspace(hub.workspace) as connection:
        if not channels_store.drop_account(connection, channel):
            return Refused("channel.no_account", {"channel": channel})
        note(hub, connection, "channel.account_dropped", channel, actor=actor, origin=origin, now=now)
    return None


def account(hub: Hub, channel: str) -> tuple[str, dict[str, Any]] | Refused:
    """The connector and account of a channel. Refuses `channel.no_account`, also for one that was erased."""
    with hub.database.workspace(hub.workspace) as connection:
        found = channels_store.account(connection, channel)
    if found is None:
        return Refused("channel.no_account", {"channel": channel})
    try:
        return found[0], msgspec.json.decode(hub.sealer.open(found[1], aad=_place(channel)))
    except sealing.SealBroken:
        return Refused("channel.no_account", {"channel": channel})


def claim(hub: Hub, channel: str, *, now: dt.datetime) -> Claimed | Refused:
    """Take a channel to catch up with it. Refuses `channel.being_caught_up` while someone else does."""
    with hub.database.workspace(hub.workspace) as connection:
        taken = channels_store.claim(connection, channel, now=now, until=_lease(now))
    return Claimed(*taken) if taken is not None else Refused("channel.being_caught_up", {"channel": channel})


def advance(hub: Hub, channel: str, *, caught_up_to: dt.datetime, now: dt.datetime) -> None:
    """Say that the source's list is in the house up to there."""
    with hub.database.workspace(hub.workspace) as connection:
        channels_store.advance(connection, channel, caught_up_to=caught_up_to, until=_lease(now))


def release(hub: Hub, run: channels_store.Run, *, every_minutes: int, failures: int) -> None:
    """End a run. After a failure the next comes sooner at first, and later the longer it fails."""
    minutes = min(2 ** min(failures, 10), limits.CATCH_UP_BACKOFF_MINUTES_MAX) if run.problem else every_minutes
    due_at = run.finished_at + dt.timedelta(minutes=min(minutes, every_minutes) if failures <= 1 else minutes)
    with hub.database.workspace(hub.workspace) as connection:
        channels_store.release(connection, run, due_at=due_at, failures=failures)


def _lease(now: dt.datetime) -> dt.datetime:
    return now + dt.timedelta(seconds=limits.CATCH_UP_LEASE_SECONDS)


def _place(channel: str) -> bytes:
    return b"channel account " + channel.encode()


def note(
    hub: Hub, connection: db.Connection, what: str, channel: str, *, actor: str, origin: str, now: dt.datetime
) -> uuid.UUID:
    """Write a line of the audit trail about a channel; its id."""
    line_id = hub.ids.new(now)
    audit_store.insert(connection, audit_store.Line(line_id, now, actor, origin, what, f"channel/{channel}"))
    return line_id
