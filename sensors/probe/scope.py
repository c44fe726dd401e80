"""The signed scope: which sites may be asked, on which addresses and ports, and until when.

A scope file is one JSON object, `schema` 1, with `id`, `issued_by`, `valid_from`, `valid_until`, `sites`, `key` and
`signature`. Canonical form that is signed: the document without `signature`, as JSON with sorted keys, separators `,`
and `:`, non-ASCII kept, encoded in UTF-8. The signature is Ed25519, base64; `key` is the first 16 hex digits of the
SHA-256 of the public key's PEM text, and only helps people to find the right key.

Each entry of `sites` has `site`, `unit`, `name`, `urls`, `hosts`, `addresses` (networks), `ports`, `level`,
`valid_until`, `authorisation`, and may have `valid_from` and `maintenance` (a list of `{"from", "until"}`).
An entry without addresses allows public addresses only; a private, loopback or metadata address must be listed.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from sensors.contract.batch import time_of

Address = IPv4Address | IPv6Address
MOST_BYTES: Final = 16 * 1024 * 1024
HOW_TO_SIGN: Final = "sign it with `gongga probe sign SCOPE --key KEY`"


class ScopeError(ValueError):
    """A scope cannot be used; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of time, its end not included."""

    begin: datetime
    end: datetime

    def holds(self, at: datetime) -> bool:
        """Whether a moment lies in it."""
        return self.begin <= at < self.end


@dataclass(frozen=True, slots=True)
class SiteScope:
    """What one authorisation allows."""

    site: str
    unit: str
    name: str
    urls: tuple[str, ...]
    hosts: frozenset[str]
    addresses: tuple[IPv4Network | IPv6Network, ...]
    ports: frozenset[int]
    level: int
    valid: Window
    authorisation: str
    maintenance: tuple[Window, ...] = ()

    def lists(self, address: Address) -> bool:
        """Whether an address lies in one of the listed networks."""
        return any(address.version == network.version and address in network for network in self.addresses)

    def in_maintenance(self, at: datetime) -> bool:
        """Whether its owner has announced work at that moment."""
        return any(window.holds(at) for window in self.maintenance)


@dataclass(frozen=True, slots=True)
class Permit:
    """The scope allows it, by this entry."""

    scope_id: str
    site: SiteScope


@dataclass(frozen=True, slots=True)
class Refusal:
    """The scope does not allow it, for this reason."""

    reason: str


@dataclass(frozen=True, slots=True)
class Scope:
    """Every authorised site of one signed scope."""

    id: str
    valid: Window
    sites: tuple[SiteScope, ...]

    def allows(self, host: str, address: Address | str | None, port: int, at: datetime) -> Permit | Refusal:
        """Whether a request to that host and port may leave now. Without an address (not resolved yet) only the name
        and port are asked; ask again with the address before sending."""
        name = host_of(host)
        if not self.valid.holds(at):
            return Refusal(f"scope {self.id} is not valid at {at:%Y-%m-%d %H:%M}Z")
        named = [entry for entry in self.sites if name in entry.hosts]
        current = [entry for entry in named if entry.valid.holds(at)]
        open_port = [entry for entry in current if port in entry.ports]
        if not open_port:
            return Refusal(self._why_not(name, port, at, named, current))
        if address is None:
            return Permit(self.id, open_port[0])
        found = ip_address(address) if isinstance(address, str) else address
        for entry in open_port:
            if entry.lists(found) or (not entry.addresses and _public(found)):
                return Permit(self.id, entry)
        return Refusal(f"{name} resolves to {found}, which scope {self.id} does not list")

    def _why_not(self, name: str, port: int, at: datetime, named: list[SiteScope], current: list[SiteScope]) -> str:
        if not named:
            return f"host {name} is not in scope {self.id}"
        if not current:
            return f"the authorisation of {name} is not valid at {at:%Y-%m-%d %H:%M}Z"
        return f"port {port} of {name} is not in scope {self.id}"

    def entries(self, at: datetime) -> dict[str, SiteScope]:
        """The entry in force of each site at a moment, by site id."""
        if not self.valid.holds(at):
            return {}
        found: dict[str, SiteScope] = {}
        for entry in self.sites:
            if entry.valid.holds(at):
                found.setdefault(entry.site, entry)
        return found


def host_of(text: str) -> str:
    """A host name in the form scopes are compared in: lower case, no final dot, no brackets, IDNA."""
    bare = text.strip().rstrip(".").strip("[]").lower()
    try:
        return bare if bare.isascii() else bare.encode("idna").decode("ascii")
    except UnicodeError:
        return bare


def canonical(document: Mapping[str, Any]) -> bytes:
    """The bytes that are signed."""
    unsigned = {name: value for name, value in document.items() if name != "signature"}
    return json.dumps(unsigned, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def public_pem(key: Ed25519PrivateKey) -> bytes:
    """The public half of a key, PEM."""
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def sign(document: Mapping[str, Any], private_key: Ed25519PrivateKey) -> bytes:
    """The signed scope file of a document. ScopeError when it would not load."""
    named = {**document, "key": hashlib.sha256(public_pem(private_key)).hexdigest()[:16]}
    parse_scope(named)
    signature = base64.b64encode(private_key.sign(canonical(named))).decode()
    return json.dumps({**named, "signature": signature}, ensure_ascii=False, indent=1, sort_keys=True).encode()


def load_scope(path: Path, public_key: bytes | None, at: datetime | None = None) -> Scope:
    """The scope of a file whose signature this public key (PEM) made and which is valid `at` that moment, when given.
    ScopeError otherwise. (`Scope.allows` asks the time again before every request.)"""
    document = read_document(path)
    if "signature" not in document:
        raise ScopeError(f"scope {path.name} is not signed; {HOW_TO_SIGN}")
    if public_key is None:
        raise ScopeError(f"no public key to check scope {path.name} with; name it by --scope-key FILE")
    try:
        key = load_pem_public_key(public_key)
    except ValueError as error:
        raise ScopeError("the scope key is no PEM public key; give the .pub file written beside the key") from error
    if not isinstance(key, Ed25519PublicKey):
        raise ScopeError("the scope key is no Ed25519 key; give the .pub file written beside the key")
    try:
        key.verify(base64.b64decode(str(document["signature"]), validate=True), canonical(document))
    except (InvalidSignature, binascii.Error) as error:
        raise ScopeError(
            f"scope {path.name} was changed after it was signed, or signed by another key; {HOW_TO_SIGN}"
        ) from error
    scope = parse_scope(document)
    if at is not None and not scope.valid.holds(at):
        raise ScopeError(
            f"scope {path.name} is valid from {scope.valid.begin:%Y-%m-%d %H:%M}Z to {scope.valid.end:%Y-%m-%d %H:%M}Z"
            " only; ask the office for a current one"
        )
    return scope


def read_document(path: Path) -> dict[str, Any]:
    """The JSON object of a scope file. ScopeError when there is none."""
    try:
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise ScopeError(f"scope {path} cannot be read: {error.strerror}") from error
    if len(raw) > MOST_BYTES:
        raise ScopeError(f"scope {path.name} is over {MOST_BYTES >> 20} MB")
    try:
        document = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise ScopeError(f"scope {path.name} is no JSON: {error}") from error
    if not isinstance(document, dict):
        raise ScopeError(f"scope {path.name} is no JSON object")
    return document


def parse_scope(document: Mapping[str, Any]) -> Scope:
    """The scope of a document whose signature is someone else's business. ScopeError names the wrong entry."""
    if document.get("schema") != 1:
        raise ScopeError(f"scope schema {document.get('schema')!r} is not known; this version reads schema 1")
    try:
        valid = Window(time_of(document["valid_from"]), time_of(document["valid_until"]))
        listed = list(document["sites"])
        identity = str(document["id"])
    except (KeyError, TypeError, ValueError) as error:
        raise ScopeError(f"scope lacks or garbles id, valid_from, valid_until or sites: {error}") from error
    return Scope(identity, valid, tuple(_entry(number, entry, valid) for number, entry in enumerate(listed, start=1)))


def _entry(number: int, entry: Any, valid: Window) -> SiteScope:
    try:
        urls = tuple(str(url) for url in entry["urls"])
        names = [*map(str, entry["hosts"]), *(urlsplit(url).hostname or "" for url in urls)]
        return SiteScope(
            site=str(entry["site"]),
            unit=str(entry.get("unit", "")),
            name=str(entry.get("name", entry["site"])),
            urls=urls,
            hosts=frozenset(host_of(name) for name in names if name),
            addresses=tuple(ip_network(str(network)) for network in entry.get("addresses", ())),
            ports=frozenset(int(port) for port in entry["ports"]),
            level=int(entry.get("level", 2)),
            valid=Window(
                time_of(entry["valid_from"]) if entry.get("valid_from") else valid.begin, time_of(entry["valid_until"])
            ),
            authorisation=str(entry.get("authorisation", "")),
            maintenance=tuple(
                Window(time_of(window["from"]), time_of(window["until"])) for window in entry.get("maintenance", ())
            ),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        what = f"lacks {error}" if isinstance(error, KeyError) else str(error)
        raise ScopeError(f"scope entry {number}: {what}") from error


def _public(address: Address) -> bool:
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (mapped or address).is_global and not (mapped or address).is_multicast
