"""Addresses that a URL given by someone may lead to: public ones, unless a private one is allowed.

The address that was checked is the one to connect to: whoever resolves the name a second time may get another answer.
"""

import ipaddress
import socket
import urllib.parse

import msgspec

_SCHEMES = {"https": 443, "http": 80}


class Forbidden(Exception):
    """The URL leads where it may not, or nowhere; the text says why."""


class Target(msgspec.Struct, frozen=True):
    """A URL whose host stands as a checked address, and the host's name for its certificate and its `Host` header."""

    url: str
    host: str
    name: str


def resolve(url: str, *, private: bool = False) -> Target:
    """Look the host up and check every address it has; the first one is to be connected to. Raises Forbidden."""
    parts, name, port = _parts(url, private=private)
    try:
        found = socket.getaddrinfo(name, port or _SCHEMES[parts.scheme], type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Forbidden(f"the host {name} is not known: {error}") from None
    addresses = [ipaddress.ip_address(each[4][0]) for each in found]
    for address in addresses:
        if not private and not is_public(address):
            raise Forbidden(f"the host {name} has the address {address}, which is not public")
    first = addresses[0]
    shown = f"[{first}]" if first.version == 6 else str(first)
    at = f":{port}" if port else ""
    checked = urllib.parse.urlunsplit((parts.scheme, f"{shown}{at}", parts.path, parts.query, ""))
    return Target(checked, f"[{name}]{at}" if ":" in name else f"{name}{at}", name)


def unfit(url: str, *, private: bool = False) -> str | None:
    """What is wrong with a URL as it is written, without looking its host up; None when it may be tried."""
    if not private and (host := _literal(url)) is not None and not is_public(host):
        return f"the address {host} is not public"
    try:
        _parts(url, private=private)
    except Forbidden as forbidden:
        return str(forbidden)
    return None


def _literal(url: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address in a URL whose host is one."""
    try:
        return ipaddress.ip_address(urllib.parse.urlsplit(url).hostname or "")
    except ValueError:
        return None


def is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Whether anybody's host may have the address; of one wrapped in IPv6 the inner one counts."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if inner is None and address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
        if inner is not None:
            return is_public(inner)
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def _parts(url: str, *, private: bool) -> tuple[urllib.parse.SplitResult, str, int | None]:
    try:
        parts = urllib.parse.urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Forbidden(f"the URL cannot be read: {error}") from None
    if parts.scheme not in _SCHEMES or not parts.hostname:
        raise Forbidden("the URL must begin with https:// or http:// and name a host")
    if parts.scheme == "http" and not private:
        raise Forbidden("the URL must begin with https://")
    if parts.username is not None or parts.password is not None:
        raise Forbidden("the URL must not hold a user name or password")
    return parts, parts.hostname, port


_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
