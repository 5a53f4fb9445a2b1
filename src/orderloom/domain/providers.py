"""Who an OpenID provider says that somebody is, and whether this house takes its word."""

from collections.abc import Sequence

import msgspec

from orderloom.kit.refusals import Refused


class Identity(msgspec.Struct, frozen=True):
    """Somebody as an issuer knows it. The subject names it for ever; all else may change, and an e-mail address counts
    only where the issuer has verified it. `second` says that more than a password was shown there; `sid` is the
    issuer's own name of the session, where it has one."""

    issuer: str
    subject: str
    email: str = ""
    email_verified: bool = False
    name: str = ""
    username: str = ""
    second: bool = False
    sid: str = ""

    @property
    def address(self) -> str:
        """The e-mail address in lower case where it was verified, else empty."""
        return self.email.strip().lower() if self.email_verified else ""


class Logout(msgspec.Struct, frozen=True):
    """An issuer's word that a session of its own has ended, or all of a subject; one of both is named. `jti` tells two
    such words apart."""

    issuer: str
    subject: str
    sid: str
    jti: str


def outside(identity: Identity, domains: Sequence[str]) -> Refused | None:
    """Why somebody is none of those a provider may send: its verified address is of another domain. Without domains
    everybody may come."""
    domain = identity.address.rpartition("@")[2]
    if not domains or domain in domains:
        return None
    return Refused("provider.other_domain", {"domain": domain, "domains": ", ".join(domains)})
