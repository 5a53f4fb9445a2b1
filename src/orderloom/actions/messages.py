"""Raw messages on their way in: sealed, under an id made of themselves, so that the same message is one row."""

import datetime as dt
import hashlib
import sys
import threading
import uuid

import msgspec

from orderloom.actions.hub import Hub
from orderloom.kit import ids, limits
from orderloom.kit.refusals import Refused
from orderloom.store.messages import Message

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd


def received(
    hub: Hub, raw: bytes, *, channel: str, external_no: str, door: str, now: dt.datetime, digest: bytes = b""
) -> Message:
    """The message as it is kept, to be saved with its order; `raw` is what came, byte for byte.

    `digest` is given where the message has a name of its content already: else it is made of channel, number, bytes.
    """
    named = digest or hashlib.sha256(f"{channel}|{external_no}|".encode() + raw).digest()
    message_id = id_of(named)
    sealed = hub.sealer.seal(_pressed(raw), aad=_place(message_id))
    return Message(message_id, channel, _storable(external_no), door, now, sealed)


def id_of(digest: bytes) -> uuid.UUID:
    """The id of the message whose content has this digest."""
    return ids.derived(digest)


def open_(hub: Hub, *, message_id: uuid.UUID, sealed: bytes) -> bytes:
    """What came, byte for byte. Raises `sealing.SealBroken`."""
    return zstd.decompress(hub.sealer.open(sealed, aad=_place(message_id)))


def _storable(number: str) -> str:
    """A number as a column can hold it, whatever came in its place; the message itself keeps it as it was."""
    shown = number[: limits.NAME_CHARS_MAX].replace("\x00", "\ufffd")
    return shown.encode("utf-8", "replace").decode()


def _pressed(raw: bytes) -> bytes:
    """The message compressed: sealed bytes no longer can be, and a platform's JSON is half names."""
    press = getattr(_presses, "press", None)
    if press is None:
        press = _presses.press = zstd.ZstdCompressor()
    return press.compress(raw, mode=zstd.ZstdCompressor.FLUSH_FRAME)


# A compressor is used again, since making one costs more than a message; each thread has its own.
_presses = threading.local()


def _place(message_id: uuid.UUID) -> bytes:
    return b"message " + message_id.bytes


def quarantine(message: Message, refused: Refused) -> None:
    """Mark a message as not to be used, with the reason why."""
    message.state, message.became = "quarantined", ""
    message.reason = msgspec.to_builtins(refused)
