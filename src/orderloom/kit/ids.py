"""Identifiers made by the hub: UUIDv7 from a given instant and a given source of randomness.

Layout as RFC 9562 §5.7: 48 bits of Unix milliseconds, version, 12 bits counter, variant, 62 random bits.
Ids are made at the door, before the decision, so that a rerun of a batch decides the same.
"""

import datetime as dt
import hashlib
import os
import random
import struct
import uuid
from collections.abc import Callable

_DRAWN = 256
# Version and variant: the bits of a UUIDv8, and all others.
_V8 = (0x8000 << 64) | (0x8000 << 48)
_UNMARKED = ~(0xF000 << 64) & ~(0xC000 << 48)


class Ids:
    """A monotonic maker of UUIDv7 for one process; a seed makes it repeatable for trials."""

    def __init__(self, *, seed: int | None = None) -> None:
        self._bits: Callable[[], int]
        if seed is None:
            self._bits = _Drawn().bits
        else:
            dice = random.Random(seed)
            self._bits = lambda: dice.getrandbits(64)
        self._millisecond = 0
        self._counter = 0

    def new(self, now: dt.datetime) -> uuid.UUID:
        """Return an id later than every id this maker gave for the same or an earlier instant."""
        millisecond = int(now.timestamp() * 1000)
        if millisecond > self._millisecond:
            self._millisecond, self._counter = millisecond, 0
        else:
            self._counter += 1
            if self._counter > 0xFFF:  # The 12-bit counter is full: borrow the next millisecond.
                self._millisecond, self._counter = self._millisecond + 1, 0
        value = (self._millisecond & 0xFFFF_FFFF_FFFF) << 80
        value |= (0x7000 | self._counter) << 64
        value |= 0x8000_0000_0000_0000 | (self._bits() & 0x3FFF_FFFF_FFFF_FFFF)
        return _of(value)


class _Drawn:
    """The system's randomness, drawn for many ids at once: a call for each costs as much as the rest of an id."""

    def __init__(self) -> None:
        self._left: list[int] = []

    def bits(self) -> int:
        """64 bits, never given twice."""
        try:
            return self._left.pop()  # One step of the interpreter, so that threads never get the same.
        except IndexError:
            drawn = list(struct.unpack(f"{_DRAWN}Q", os.urandom(8 * _DRAWN)))
            mine = drawn.pop()
            self._left = drawn
            return mine


# The two slots of a UUID. Its own door asks first which of six forms it was given, which takes three times as long as
# the rest of an id; for itself the standard library has such a short way from 3.14 on.
_set_int = vars(uuid.UUID)["int"].__set__
_set_safe = vars(uuid.UUID)["is_safe"].__set__
_UNKNOWN = uuid.SafeUUID.unknown


def _of(value: int) -> uuid.UUID:
    """The UUID with this value of 128 bits, which is not looked at again."""
    made = object.__new__(uuid.UUID)
    _set_int(made, value)
    _set_safe(made, _UNKNOWN)
    return made


def derived(digest: bytes) -> uuid.UUID:
    """A UUIDv8 (RFC 9562 §5.8) made of the first 16 bytes of a digest: the same content is the same id."""
    return _of(int.from_bytes(digest[:16], "big") & _UNMARKED | _V8)


def beside(one: uuid.UUID, name: str) -> uuid.UUID:
    """A UUIDv8 of the same millisecond, made of an id and a name: the same two give the same id."""
    hashed = int.from_bytes(hashlib.sha256(one.bytes + name.encode()).digest()[:10], "big")
    return _of((one.int >> 80 << 80) | (hashed & _UNMARKED) | _V8)


def first_of(instant: dt.datetime) -> uuid.UUID:
    """An id not later than any that `Ids` gives for this instant: to tell older rows from newer ones."""
    return _of((int(instant.timestamp() * 1000) & 0xFFFF_FFFF_FFFF) << 80)
