"""Names to addresses, by the name servers the sensor was given."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final

import dns.asyncresolver
import dns.exception
import dns.name
import dns.nameserver
import dns.rcode
import dns.rdatatype
import dns.resolver

_TYPES: Final = ("A", "AAAA")


@dataclass(frozen=True, slots=True)
class Answer:
    """What the name servers said about a name: response code and addresses, or why there was no answer."""

    name: str
    code: str | None
    addresses: tuple[str, ...]
    microseconds: int
    reason: str | None = None

    @property
    def exists(self) -> bool:
        """Whether the name has an address."""
        return bool(self.addresses)


class Resolver:
    """Asks A and AAAA of a name. An address is its own answer and asks nobody."""

    def __init__(self, name_servers: Sequence[str], timeout: float) -> None:
        self._resolver = dns.asyncresolver.Resolver(configure=not name_servers)
        self._resolver.lifetime = timeout
        self._resolver.timeout = timeout / 2
        self._resolver.cache = None
        if name_servers:
            self._resolver.nameservers = [_server(text) for text in name_servers]

    async def lookup(self, name: str) -> Answer:
        """The addresses of a name, IPv4 first."""
        literal = literal_address(name)
        if literal:
            return Answer(name, None, (literal,), 0)
        begun = time.perf_counter()
        addresses: list[str] = []
        codes: list[str] = []
        reason = None
        for kind in _TYPES:
            code, found, why = await self._ask(name, kind)
            addresses += found
            codes += [code] if code else []
            reason = reason or why
            if code == "NXDOMAIN":
                break
        spent = int((time.perf_counter() - begun) * 1_000_000)
        code = next((code for code in codes if code == "NOERROR"), codes[0] if codes else None)
        return Answer(name, code, tuple(addresses), spent, None if codes else reason)

    async def _ask(self, name: str, kind: str) -> tuple[str | None, list[str], str | None]:
        try:
            answer = await self._resolver.resolve(
                dns.name.from_text(name), kind, search=False, raise_on_no_answer=False
            )
        except dns.resolver.NXDOMAIN:
            return "NXDOMAIN", [], None
        except dns.resolver.NoNameservers:
            return "SERVFAIL", [], None
        except dns.exception.Timeout:
            return None, [], "name servers did not answer in time"
        except (dns.exception.DNSException, OSError, UnicodeError) as error:
            return None, [], f"name could not be asked for: {error}"
        return "NOERROR", [item.address for item in answer.rrset or ()], None


def literal_address(name: str) -> str | None:
    """The canonical address that a host is, when it is one."""
    try:
        return str(ip_address(name.strip("[]")))
    except ValueError:
        return None


def _server(text: str) -> dns.nameserver.Nameserver:
    host, _, port = text.rpartition(":") if text.count(":") == 1 or text.startswith("[") else (text, "", "")
    return dns.nameserver.Do53Nameserver(host.strip("[]") or text, int(port or 53))
