"""The verbs of one-time codes (RFC 6238): begin with a secret, confirm it by a code, prove oneself, end it.

The secret is sealed as all secrets are. A code opens once. Recovery codes, told once, open when the device is lost.
"""

import base64
import datetime as dt
import hashlib
import secrets
import uuid

import msgspec
import pyotp
from pyotp.totp import TOTP

from orderloom.actions.hub import Hub
from orderloom.kit import limits
from orderloom.kit.refusals import Refused
from orderloom.store import authenticators as authenticators_store

_ISSUER = "OrderLoom"


class Begun(msgspec.Struct):
    """A secret to be entered in an authenticator, by hand or as the QR code of `uri`."""

    secret: str
    uri: str


def on(hub: Hub, user_id: uuid.UUID) -> bool:
    """Whether a user signs in with codes."""
    with hub.database.system() as connection:
        found = authenticators_store.find(connection, user_id)
    return found is not None and found.since is not None


def begin(hub: Hub, user_id: uuid.UUID, *, login: str) -> Begun | Refused:
    """A secret that counts when a code has confirmed it. Refuses where another one counts."""
    secret = pyotp.random_base32()
    sealed = hub.sealer.seal(secret.encode(), aad=_place(user_id))
    with hub.database.system() as connection:
        if not authenticators_store.put(connection, user_id, secret=sealed):
            return Refused("code.on_already")
    uri = TOTP(secret).provisioning_uri(name=login, issuer_name=_ISSUER)
    return Begun(secret, uri)


def confirm(hub: Hub, user_id: uuid.UUID, *, code: str, now: dt.datetime) -> list[str] | Refused:
    """Let the secret count from now on; returns the recovery codes, which are kept nowhere. Refuses a wrong code."""
    recovery = [_recovery_code() for _ in range(limits.RECOVERY_CODES)]
    with hub.database.system() as connection:
        found = authenticators_store.find(connection, user_id)
        if found is None or found.since is not None:
            return Refused("code.not_begun")
        step = _step(hub, user_id, found, code, now)
        if step is None or not authenticators_store.take(connection, user_id, step=step):
            return Refused("code.wrong")
        authenticators_store.confirm(connection, user_id, hashes=[_hash(each) for each in recovery], now=now)
    return recovery


def prove(hub: Hub, user_id: uuid.UUID, *, code: str, now: dt.datetime) -> Refused | None:
    """Why a user who signs in with codes is not let in: no code (`session.code_needed`), or a wrong or used one
    (`session.refused`). None for who has none, and for a right one, which is used up."""
    with hub.database.system() as connection:
        found = authenticators_store.find(connection, user_id)
        if found is None or found.since is None:
            return None
        if not code.strip():
            return Refused("session.code_needed")
        step = _step(hub, user_id, found, code, now)
        if step is not None and authenticators_store.take(connection, user_id, step=step):
            return None
        if authenticators_store.take_recovery_code(connection, user_id, hash_=_hash(code)):
            return None
    return Refused("session.refused")


def end(hub: Hub, user_id: uuid.UUID) -> None:
    """The user signs in without codes from now on."""
    with hub.database.system() as connection:
        authenticators_store.drop(connection, user_id)


def _step(
    hub: Hub, user_id: uuid.UUID, found: authenticators_store.Authenticator, code: str, now: dt.datetime
) -> int | None:
    """The step whose code this is: the present one, or one beside it, since clocks differ."""
    totp = TOTP(hub.sealer.open(found.secret, aad=_place(user_id)).decode())
    present = totp.timecode(now)
    said = "".join(code.split())
    for step in range(present - limits.CODE_STEPS_BESIDE, present + limits.CODE_STEPS_BESIDE + 1):
        if secrets.compare_digest(totp.generate_otp(step).encode(), said.encode()):
            return step
    return None


def _recovery_code() -> str:
    text = base64.b32encode(secrets.token_bytes(10)).decode().lower()
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))


def _hash(code: str) -> bytes:
    """Of 80 random bits, so that a plain hash is enough."""
    return hashlib.sha256("".join(code.split()).replace("-", "").lower().encode()).digest()


def _place(user_id: uuid.UUID) -> bytes:
    return b"authenticator " + user_id.bytes
