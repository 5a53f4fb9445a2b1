"""What is sealed opens only whole, in its place, with its key; and never again once erased."""

import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderloom.kit import sealing

SEALER = sealing.Sealer(b"k" * 32)


@given(plain=st.binary(max_size=2_000), aad=st.binary(max_size=50))
def test_opens_to_what_was_sealed(plain: bytes, aad: bytes) -> None:
    sealed = SEALER.seal(plain, aad=aad)
    assert len(sealed) == len(plain) + sealing.OVERHEAD_BYTES
    assert SEALER.open(sealed, aad=aad) == plain


def test_the_same_item_sealed_twice_looks_different() -> None:
    assert SEALER.seal(b"13800138000", aad=b"") != SEALER.seal(b"13800138000", aad=b"")


@given(data=st.data())
def test_any_altered_or_missing_byte_is_found(data: st.DataObject) -> None:
    sealed = bytearray(SEALER.seal(b"13800138000", aad=b"person"))
    at = data.draw(st.integers(0, len(sealed) - 1))
    if data.draw(st.booleans()):
        sealed[at] ^= data.draw(st.integers(1, 255))
    else:
        del sealed[at:]
    with pytest.raises(sealing.SealBroken):
        SEALER.open(bytes(sealed), aad=b"person")


def test_another_place_or_another_key_does_not_open_it() -> None:
    sealed = SEALER.seal(b"secret", aad=b"shop/person/1")
    with pytest.raises(sealing.SealBroken):
        SEALER.open(sealed, aad=b"shop/person/2")
    with pytest.raises(sealing.SealBroken):
        sealing.Sealer(b"x" * 32).open(sealed, aad=b"shop/person/1")


def test_an_erased_item_never_opens_again() -> None:
    sealed = SEALER.seal(b"secret", aad=b"")
    gone = sealing.erased(sealed)
    assert sealing.is_erased(gone) and not sealing.is_erased(sealed)
    with pytest.raises(sealing.SealBroken):
        SEALER.open(gone, aad=b"")


def test_fingerprints_agree_for_the_same_text_and_key_only() -> None:
    assert SEALER.fingerprint("张三") == sealing.Sealer(b"k" * 32).fingerprint("张三")
    assert len(SEALER.fingerprint("张三")) == 16
    assert SEALER.fingerprint("张三") != SEALER.fingerprint("张四")
    assert SEALER.fingerprint("张三") != sealing.Sealer(b"x" * 32).fingerprint("张三")


def test_a_fingerprint_stays_what_it_is_in_every_row() -> None:
    sealer = sealing.Sealer(bytes(32))
    for _ in range(2):  # The first one leaves nothing behind for the next.
        assert sealer.fingerprint("phone 13800138000").hex() == "43d404a560146de933a65d89fc5b55d8"


def test_a_commitment_needs_its_salt() -> None:
    assert sealing.commitment(b"13800138000", salt=b"a" * 16) == sealing.commitment(b"13800138000", salt=b"a" * 16)
    assert sealing.commitment(b"13800138000", salt=b"a" * 16) != sealing.commitment(b"13800138000", salt=b"b" * 16)


@given(plain=st.binary(max_size=300), salt=st.binary(max_size=64))
def test_a_commitment_is_the_hmac_that_others_can_check(plain: bytes, salt: bytes) -> None:
    assert sealing.commitment(plain, salt=salt) == hmac.digest(salt, plain, "sha256")


def test_a_salt_longer_than_a_block_is_a_programming_error() -> None:
    with pytest.raises(ValueError, match="64 bytes"):
        sealing.commitment(b"", salt=bytes(65))


def test_a_key_of_the_wrong_length_is_a_programming_error() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        sealing.Sealer(b"short")
