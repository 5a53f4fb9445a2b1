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
        return uuid.UUID(int=value)


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


def derived(digest: bytes) -> uuid.UUID:
    """A UUIDv8 (RFC 9562 §5.8) made of the first 16 bytes of a digest: the same content is the same id."""
    value = int.from_bytes(digest[:16], "big")
    value &= ~(0xF000 << 64) & ~(0xC000 << 48)
    return uuid.UUID(int=value | (0x8000 << 64) | (0x8000 << 48))


def beside(one: uuid.UUID, name: str) -> uuid.UUID:
    """A UUIDv8 of the same millisecond, made of an id and a name: the same two give the same id."""
    hashed = int.from_bytes(hashlib.sha256(one.bytes + name.encode()).digest()[:10], "big")
    value = (one.int >> 80 << 80) | (hashed & ~(0xF000 << 64) & ~(0xC000 << 48))
    return uuid.UUID(int=value | (0x8000 << 64) | (0x8000 << 48))


def first_of(instant: dt.datetime) -> uuid.UUID:
    """An id not later than any that `Ids` gives for this instant: to tell older rows from newer ones."""
    return uuid.UUID(int=(int(instant.timestamp() * 1000) & 0xFFFF_FFFF_FFFF) << 80)
