"""What an id_token says, once it is certain who says it to whom: OpenID Connect Core 1.0 §3.1.3.7; and a logout_token:
OpenID Connect Back-Channel Logout 1.0 §2.6. Neither is ever taken for the other.

Only signatures with a provider's own key count: neither `none`, nor those that whoever knows our secret could make.
"""

import datetime as dt
import secrets
from typing import Any

import msgspec
from joserfc import errors, jwk, jwt

from orderloom.domain.providers import Identity, Logout
from orderloom.kit import limits

Keys = jwk.KeySet
_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
# What of `amr` (RFC 8176) is more than something known: a device, a body, or several ways at once.
_SECOND = frozenset(("mfa", "otp", "hwk", "swk", "sms", "fpt", "face", "iris", "pop", "sc"))

_ENDED = "http://schemas.openid.net/event/backchannel-logout"
# What a logout_token may call itself; other kinds of tokens that the provider signs for us are none.
_LOGOUT_TYPES = ("logout+jwt", "application/logout+jwt", "jwt")


class Untrusted(Exception):
    """What came back proves nothing; `what` names the part that is wrong."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class KeyUnknown(Exception):
    """The token names a key that is none of those known: it may be a new one."""


class Wanted(msgspec.Struct, frozen=True):
    """Who must say it, to whom, in which sign-in; a logout belongs to none."""

    issuer: str
    client_id: str
    nonce: str = ""


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
    """The claims of an id_token signed by one of the keys and meant for us. Raises Untrusted, and KeyUnknown."""
    said = _signed(token, signers).claims
    audiences = _judge(said, wanted, now.timestamp())
    # Of several audiences the party that asked is named, and it must be us.
    if said.get("azp", wanted.client_id if len(audiences) == 1 else None) != wanted.client_id:
        raise Untrusted("audience")
    nonce = said.get("nonce")
    if not isinstance(nonce, str) or not secrets.compare_digest(nonce.encode(), wanted.nonce.encode()):
        raise Untrusted("nonce")
    if not _name(said.get("sub")):
        raise Untrusted("subject")
    return said


def logout(token: str, signers: Keys, wanted: Wanted, *, now: dt.datetime) -> Logout:
    """What a logout_token that is signed by one of the keys and meant for us says. Raises Untrusted, and KeyUnknown."""
    signed = _signed(token, signers)
    said = signed.claims
    _judge(said, wanted, now.timestamp())
    if str(signed.header.get("typ", "JWT")).lower() not in _LOGOUT_TYPES:
        raise Untrusted("type")
    events = said.get("events")
    if not isinstance(events, dict) or not isinstance(events.get(_ENDED), dict):
        raise Untrusted("events")
    if "nonce" in said:  # So that no id_token is ever taken for one.
        raise Untrusted("nonce")
    subject, sid, jti = (said.get(each) for each in ("sub", "sid", "jti"))
    if not (_name(subject) or (subject is None and _name(sid))) or not (sid is None or _name(sid)):
        raise Untrusted("subject")
    if not _name(jti):
        raise Untrusted("jti")
    if now.timestamp() - said["iat"] > limits.LOGOUT_MINUTES_MAX * 60 + limits.PROVIDER_LEEWAY_SECONDS:
        raise Untrusted("expiry")
    return Logout(said["iss"], subject or "", sid or "", str(jti))


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
        sid=said["sid"] if _name(said.get("sid")) else "",
    )


def _signed(token: str, signers: Keys) -> jwt.Token:
    """A token with its header and claims, once its signature holds."""
    try:
        return jwt.decode(token, signers, algorithms=_ALGORITHMS)
    except errors.InvalidKeyIdError:
        raise KeyUnknown from None
    except errors.UnsupportedAlgorithmError:
        raise Untrusted("algorithm") from None
    except (errors.JoseError, ValueError, KeyError, TypeError):
        raise Untrusted("signature") from None


def _judge(said: dict[str, Any], wanted: Wanted, now: float) -> list[Any]:
    """Hold the claims that every token has against who must say it, to whom, when; its audiences. Raises Untrusted."""
    audience = said.get("aud")
    audiences = [audience] if isinstance(audience, str) else audience
    if said.get("iss") != wanted.issuer:
        raise Untrusted("issuer")
    if not isinstance(audiences, list) or wanted.client_id not in audiences:
        raise Untrusted("audience")
    expires, issued, begins = said.get("exp"), said.get("iat"), said.get("nbf", 0)
    if not isinstance(expires, int | float) or expires + limits.PROVIDER_LEEWAY_SECONDS <= now:
        raise Untrusted("expiry")
    for each in (issued, begins):
        if not isinstance(each, int | float) or each - limits.PROVIDER_LEEWAY_SECONDS > now:
            raise Untrusted("time")
    return audiences


def _name(said: Any) -> bool:
    """Whether a claim is a name that can be kept."""
    return isinstance(said, str) and 0 < len(said) <= limits.SUBJECT_CHARS_MAX and "\0" not in said


def _text(said: dict[str, Any], name: str) -> str:
    found = said.get(name)
    return found.replace("\0", "")[: limits.LOGIN_CHARS_MAX] if isinstance(found, str) else ""
