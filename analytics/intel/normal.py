"""The normal form in which the values of indicators and of events are compared."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final
from urllib.parse import urlsplit

LONGEST: Final = 500
_LONGEST_NAME: Final = 253
_LABEL: Final = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")


class NotNormal(ValueError):
    """A value that is not what its kind says."""


@dataclass(frozen=True, slots=True)
class Value:
    """Something to watch for. `kind` is ipv4, ipv6 (one address or a network with its length), domain, url, sha256."""

    kind: str
    value: str


def address(text: str) -> Value:
    """An address or a network in canonical form; an IPv4 address dressed as IPv6 is undressed. NotNormal."""
    try:
        network: IPv4Network | IPv6Network = ip_network(text.strip(), strict=False)
    except ValueError as error:
        raise NotNormal(f"{text[:60]!r} is no address") from error
    if isinstance(network, IPv6Network) and network.prefixlen == 128:
        inner = IPv6Address(network.network_address).ipv4_mapped
        if inner is not None:
            return Value("ipv4", str(inner))
    kind = "ipv4" if network.version == 4 else "ipv6"
    single = network.num_addresses == 1
    return Value(kind, str(network.network_address) if single else str(network))


def domain(text: str) -> Value:
    """A host name in lower case and ASCII (IDNA), without the dot at its end. NotNormal."""
    return Value("domain", _name(text))


def url(text: str) -> Value:
    """Host, path and query of a web address: events do not keep scheme, port and fragment. NotNormal."""
    if len(text) > LONGEST or any(char.isspace() or ord(char) < 32 for char in text):
        raise NotNormal(f"{text[:60]!r} is too long for an address, or has blanks in it")
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError as error:
        raise NotNormal(f"{text[:60]!r} is no web address") from error
    if parts.scheme not in ("http", "https") or not host:
        raise NotNormal(f"{text[:60]!r} is no web address")
    try:
        named = str(ip_address(host))
    except ValueError:
        named = _name(host)
    query = f"?{parts.query}" if parts.query else ""
    value = f"{named}{parts.path or '/'}{query}"
    if len(value) > LONGEST:
        raise NotNormal(f"{text[:60]!r} is too long")
    return Value("url", value)


def sha256(text: str) -> Value:
    """A SHA-256 in lower-case hex. NotNormal."""
    lower = text.strip().lower()
    if not _SHA256.fullmatch(lower):
        raise NotNormal(f"{text[:80]!r} is no SHA-256")
    return Value("sha256", lower)


def _name(text: str) -> str:
    stripped = text.strip().rstrip(".").removeprefix("*.")
    # The codec's time grows with the square of the length.
    if not 0 < len(stripped) <= _LONGEST_NAME:
        raise NotNormal(f"{text[:60]!r} is no host name")
    try:
        name = stripped if stripped.isascii() else stripped.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise NotNormal(f"{text[:60]!r} is no host name") from error
    name = name.lower()
    labels = name.split(".")
    if len(name) > _LONGEST_NAME or not all(_LABEL.fullmatch(label) for label in labels) or labels[-1].isdigit():
        raise NotNormal(f"{text[:60]!r} is no host name")
    return name
