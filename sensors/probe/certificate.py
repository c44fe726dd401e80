"""Facts of a certificate: names, dates, fingerprint, and whether it covers a host."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from sensors.probe.resolve import literal_address
from sensors.probe.scope import host_of


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a leaf certificate says."""

    subject: str
    issuer: str
    names: tuple[str, ...]
    addresses: tuple[str, ...]
    not_before: datetime
    not_after: datetime
    sha256: str

    @property
    def self_signed(self) -> bool:
        """Whether it names itself as its issuer."""
        return self.subject == self.issuer

    def covers(self, host: str) -> bool:
        """Whether its names cover a host (RFC 6125: a wildcard stands for one whole label)."""
        literal = literal_address(host)
        if literal:
            return literal in self.addresses
        return any(_matches(name, host_of(host)) for name in self.names)


def certificate_of(der: bytes) -> Certificate:
    """The facts of a certificate in DER. ValueError when it is none."""
    leaf = x509.load_der_x509_certificate(der)
    try:
        alternative = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        alternative = x509.SubjectAlternativeName([])
    return Certificate(
        subject=leaf.subject.rfc4514_string(),
        issuer=leaf.issuer.rfc4514_string(),
        names=tuple(alternative.get_values_for_type(x509.DNSName)),
        addresses=_addresses(alternative.get_values_for_type(x509.IPAddress)),
        not_before=leaf.not_valid_before_utc,
        not_after=leaf.not_valid_after_utc,
        sha256=leaf.fingerprint(hashes.SHA256()).hex().upper(),
    )


def _addresses(found: Iterable[object]) -> tuple[str, ...]:
    return tuple(str(ip_address(str(item))) for item in found if "/" not in str(item))


def _matches(name: str, host: str) -> bool:
    pattern = host_of(name)
    if not pattern.startswith("*."):
        return pattern == host
    return "." in host and host.partition(".")[2] == pattern[2:]
