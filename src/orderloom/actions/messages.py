"""Raw messages on their way in: sealed, under an id made of themselves, so that the same message is one row."""

import datetime as dt
import hashlib
import uuid

from orderloom.actions.hub import Hub
from orderloom.kit import ids
from orderloom.store.messages import Message


def received(hub: Hub, raw: bytes, *, channel: str, external_no: str, door: str, now: dt.datetime) -> Message:
    """The message as it is kept, to be saved with its order; `raw` is what came, byte for byte."""
    digest = hashlib.sha256(f"{channel}|{external_no}|".encode() + raw).digest()
    message_id = ids.derived(digest)
    sealed = hub.sealer.seal(raw, aad=_place(message_id))
    return Message(message_id, channel, external_no, door, now, sealed)


def open_(hub: Hub, *, message_id: uuid.UUID, sealed: bytes) -> bytes:
    """What came, byte for byte. Raises `sealing.SealBroken`."""
    return hub.sealer.open(sealed, aad=_place(message_id))


def _place(message_id: uuid.UUID) -> bytes:
    return b"message " + message_id.bytes
