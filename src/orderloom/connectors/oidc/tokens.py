"""What an id_token says, once it is certain who says it to whom: OpenID Connect Core 1.0 §3.1.3.7.

Only signatures with a provider's own key count: neither `none`, nor those that whoever knows our secret could make.
"""

import datetime as dt
import secrets
from typing import Any

import msgspec
from joserfc import errors, jwk, jwt

from orderloom.domain.providers import Identity
from orderloom.kit import limits

Keys = jwk.KeySet
_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
# What of `amr` (RFC 8176) is more than something known: a device, a body, or several ways at once.
_SECOND = frozenset(("mfa", "otp", "hwk", "swk", "sms", "fpt", "face", "iris", "pop", "sc"))


class Untrusted(Exception):
    """What came back proves nothing; `what` names the part that is wrong."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class KeyUnknown(Exception):
    """The token names a key that is none of those known: it may be a new one."""


class Wanted(msgspec.Struct, frozen=True):
    """Who must say it, to whom, in which sign-in."""

    issuer: str
    client_id: str
    nonce: str


def keys(published: dict[str, Any]) -> Keys:
    """The keys that a provider publishes for signatures. Raises Untrusted where there is none that can be used."""
    found: list[Any] = []
    stated = published.get("keys")
    for each in stated[: limits.PROVIDER_KEYS_MAX] if isinstance(stated, list) else ():
        # Keys to encrypt for, and symmetric ones, sign nothing for us.
        if not isinstance(each, dict) or each.get("use", "sig") != "sig" or each.get("kty") not in ("RSA", "EC", "OKP"):
            continue
        try:
            found.append(jwk.import_key(each))
        except (errors.JoseError, ValueError, KeyError, TypeError):
            continue
    if not found:
        raise Untrusted("key")
    return jwk.KeySet(found)


def claims(token: str, signers: Keys, wanted: Wanted, *, now: dt.datetime) -> dict[str, Any]:
    """The claims of a token that is signed by one of the keys and meant for us. Raises Untrusted, and KeyUnknown."""
    try:
        said = jwt.decode(token, signers, algorithms=_ALGORITHMS).claims
    except errors.InvalidKeyIdError:
        raise KeyUnknown from None
    except errors.UnsupportedAlgorithmError:
        raise Untrusted("algorithm") from None
    except (errors.JoseError, ValueError, KeyError, TypeError):
        raise Untrusted("signature") from None
    _judge(said, wanted, now.timestamp())
    return said


def identity(said: dict[str, Any]) -> Identity:
    """Who the claims are about."""
    ways = said.get("amr")
    return Identity(
        issuer=said["iss"],
        subject=said["sub"],
        email=_text(said, "email"),
        email_verified=said.get("email_verified") in (True, "true"),
        name=_text(said, "name"),
        username=_text(said, "preferred_username"),
        second=isinstance(ways, list) and any(isinstance(each, str) and each in _SECOND for each in ways),
    )


def _judge(said: dict[str, Any], wanted: Wanted, now: float) -> None:
    subject, audience, nonce = said.get("sub"), said.get("aud"), said.get("nonce")
    audiences = [audience] if isinstance(audience, str) else audience
    if said.get("iss") != wanted.issuer:
        raise Untrusted("issuer")
    if not isinstance(audiences, list) or wanted.client_id not in audiences:
        raise Untrusted("audience")
    # Of several audiences the party that asked is named, and it must be us.
    if said.get("azp", wanted.client_id if len(audiences) == 1 else None) != wanted.client_id:
        raise Untrusted("audience")
    if not isinstance(nonce, str) or not secrets.compare_digest(nonce.encode(), wanted.nonce.encode()):
        raise Untrusted("nonce")
    if not isinstance(subject, str) or not 0 < len(subject) <= limits.SUBJECT_CHARS_MAX or "\0" in subject:
        raise Untrusted("subject")
    expires, issued, begins = said.get("exp"), said.get("iat"), said.get("nbf", 0)
    if not isinstance(expires, int | float) or expires + limits.PROVIDER_LEEWAY_SECONDS <= now:
        raise Untrusted("expiry")
    for each in (issued, begins):
        if not isinstance(each, int | float) or each - limits.PROVIDER_LEEWAY_SECONDS > now:
            raise Untrusted("time")


def _text(said: dict[str, Any], name: str) -> str:
    found = said.get(name)
    return found.replace("\0", "")[: limits.LOGIN_CHARS_MAX] if isinstance(found, str) else ""
