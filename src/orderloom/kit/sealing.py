"""Sealing of personal data: each item under a key of its own, that key wrapped by the master key.

Whoever destroys the wrapped key (the first bytes of a sealed item) has erased the item, in every copy
that shares it; the master key and all other items stay as they are.

Layout: version (1) · nonce of the wrap (12) · wrapped item key (32 + 16 tag) · AES-256-GCM of the item (n + 16 tag).
The item key is used once, so its own nonce is constant. Random wrap nonces bound one master key to 2**32 items
(NIST SP 800-38D §8.3).
"""

import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_VERSION = b"\x01"
_NONCE = bytes(12)
_WRAP_END = 1 + 12 + 48
# HMAC-SHA256: the block of the hash, and what each byte of the key becomes before the inner and the outer hash.
_BLOCK = hashlib.sha256().block_size
_INNER = bytes(byte ^ 0x36 for byte in range(256))
_OUTER = bytes(byte ^ 0x5C for byte in range(256))
OVERHEAD_BYTES = _WRAP_END + 16


class SealBroken(Exception):
    """The sealed bytes were altered, belong to another place, or were sealed with another key."""


class Sealer:
    """Seals and opens with one master key of 32 bytes; safe to share between threads."""

    def __init__(self, master_key: bytes) -> None:
        if len(master_key) != 32:
            raise ValueError("the master key must have 32 bytes")
        self._wrap = AESGCM(_derived(master_key, b"orderloom seal"))
        fingerprint_key = _derived(master_key, b"orderloom fingerprint")
        self._fingerprint = hashlib.blake2b(digest_size=16, key=fingerprint_key)

    def seal(self, plain: bytes, *, aad: bytes) -> bytes:
        """Return `plain` sealed; `aad` names its place (workspace, kind, id) and must be given again to open it."""
        dice = os.urandom(44)
        key, nonce = dice[:32], dice[32:]
        return _VERSION + nonce + self._wrap.encrypt(nonce, key, aad) + AESGCM(key).encrypt(_NONCE, plain, aad)

    def open(self, sealed: bytes, *, aad: bytes) -> bytes:
        """Return what was sealed; raises SealBroken."""
        if len(sealed) < OVERHEAD_BYTES or sealed[:1] != _VERSION:
            raise SealBroken
        try:
            key = self._wrap.decrypt(sealed[1:13], sealed[13:_WRAP_END], aad)
            return AESGCM(key).decrypt(_NONCE, sealed[_WRAP_END:], aad)
        except InvalidTag:
            raise SealBroken from None

    def fingerprint(self, text: str) -> bytes:
        """16 bytes that are equal for equal texts and tell nothing without the master key: for exact search.

        Keyed BLAKE2b (RFC 7693 §2.9): an order asks for some forty of them, and HMAC-SHA256 takes five times as long.
        The key goes in once; a copy takes up from there.
        """
        copied = self._fingerprint.copy()
        copied.update(text.encode())
        return copied.digest()


def commitment(plain: bytes, *, salt: bytes) -> bytes:
    """32 bytes that a chain may cover in place of `plain`; without the salt they cannot be guessed back.

    Keep the salt (16 to 64 bytes) inside the sealed item, so that erasing it takes the salt along.

    HMAC-SHA256 (RFC 2104) spelled out: the library looks the hash up by name each time, which takes longer than both
    hashes together. Raises ValueError for a salt longer than a block, which HMAC would shorten.
    """
    if len(salt) > _BLOCK:
        raise ValueError("the salt must have at most 64 bytes")
    block = salt.ljust(_BLOCK, b"\0")
    inner = hashlib.sha256(block.translate(_INNER) + plain).digest()
    return hashlib.sha256(block.translate(_OUTER) + inner).digest()


def erased(sealed: bytes) -> bytes:
    """The sealed item with its key destroyed: as long as before, and never to be opened again."""
    return _VERSION + bytes(_WRAP_END - 1) + sealed[_WRAP_END:]


def is_erased(sealed: bytes) -> bool:
    """Whether the item's key was destroyed."""
    return sealed[:_WRAP_END] == _VERSION + bytes(_WRAP_END - 1)


def _derived(master_key: bytes, purpose: bytes) -> bytes:
    return hmac.new(master_key, purpose, hashlib.sha256).digest()
