"""The verbs of signed pushes: keep a channel's secret, let a message in by its signature, count those that are not.

What is not signed as the channel's document says is counted by the hour and not kept: whoever sends it is nobody, and
nobody may fill the house.
"""

import datetime as dt
from collections.abc import Mapping

import msgspec

from orderloom.actions import channels
from orderloom.actions.hub import Hub
from orderloom.domain import pushes
from orderloom.kit import sealing
from orderloom.kit.refusals import Refused
from orderloom.store import channels as channels_store


class Kept(msgspec.Struct):
    """A channel's signing: the scheme of its document (none: nothing is asked of its messages), the address for its
    platform to push to, and whether a secret is kept."""

    channel: str
    signature: str
    address: str
    secret: bool


def keep(
    hub: Hub, channel: str, secret: pushes.Secret, *, actor: str, origin: str = "", now: dt.datetime
) -> Kept | Refused:
    """Keep, sealed, what the platform signs with; from now on the one before does not count. Refuses `channel.unknown`
    and `channel.bad_push_secret`."""
    with hub.database.workspace(hub.workspace) as connection:
        found = hub.reference(connection).channels.get(channel)
        if found is None:
            return Refused("channel.unknown", {"channel": channel})
        scheme = found.transport.get("signature", "")
        if (refused := pushes.unfit(scheme, secret)) is not None:
            return refused
        sealed = hub.sealer.seal(msgspec.json.encode(secret), aad=_place(channel))
        channels_store.put_signature(connection, channel, sealed=sealed, by=actor, at=now)
        channels.note(hub, connection, "channel.signature_kept", channel, actor=actor, origin=origin, now=now)
    return Kept(channel, scheme, _address(hub, channel), True)


def drop(hub: Hub, channel: str, *, actor: str, origin: str = "", now: dt.datetime) -> Kept | Refused:
    """Forget what the platform signs with: what its document asks to be signed comes in no longer."""
    with hub.database.workspace(hub.workspace) as connection:
        found = hub.reference(connection).channels.get(channel)
        if found is None or not channels_store.drop_signature(connection, channel):
            return Refused("channel.no_push_secret", {"channel": channel})
        channels.note(hub, connection, "channel.signature_dropped", channel, actor=actor, origin=origin, now=now)
    return Kept(channel, found.transport.get("signature", ""), _address(hub, channel), False)


def tell(hub: Hub, channel: str) -> Kept | Refused:
    """How a channel's messages are signed; never the secret. Refuses `channel.unknown`."""
    with hub.database.workspace(hub.workspace) as connection:
        found = hub.reference(connection).channels.get(channel)
        kept = channels_store.signature(connection, channel) is not None
    if found is None:
        return Refused("channel.unknown", {"channel": channel})
    return Kept(channel, found.transport.get("signature", ""), _address(hub, channel), kept)


def scheme(hub: Hub, channel: str) -> str:
    """The scheme by which a channel's messages are signed; empty where none is named, and for what is no channel."""
    with hub.database.workspace(hub.workspace) as connection:
        found = hub.reference(connection).channels.get(channel)
    return found.transport.get("signature", "") if found is not None else ""


def admit(hub: Hub, channel: str, *, headers: Mapping[str, str], raw: bytes, now: dt.datetime) -> Refused | None:
    """None for a message that is signed as the channel's document says, or where it says nothing; else why not, after
    it was counted. Refuses `channel.push_unsigned`, `channel.push_forged` and `channel.no_push_secret`."""
    with hub.database.workspace(hub.workspace) as connection:
        found = hub.reference(connection).channels.get(channel)
        named = found.transport.get("signature", "") if found is not None else ""
        if not named:
            return None
        refused = _verify(hub, channel, named, channels_store.signature(connection, channel), headers, raw, now)
        if refused is not None:
            hour = now.replace(minute=0, second=0, microsecond=0)
            channels_store.count_refused(connection, channel, hour=hour, at=now)
    return refused


def _verify(
    hub: Hub, channel: str, named: str, sealed: bytes | None, headers: Mapping[str, str], raw: bytes, now: dt.datetime
) -> Refused | None:
    try:
        opened = hub.sealer.open(sealed, aad=_place(channel)) if sealed is not None else b""
    except sealing.SealBroken:
        opened = b""
    if not opened:
        return Refused("channel.no_push_secret", {"channel": channel})
    secret = msgspec.json.decode(opened, type=pushes.Secret)
    return pushes.verify(named, secret, headers=headers, raw=raw, now=now)


def _address(hub: Hub, channel: str) -> str:
    return f"/push/{hub.workspace}/{channel}"


def _place(channel: str) -> bytes:
    return b"channel signature " + channel.encode()
