"""What is never watched, whoever names it: our own sites and gateways, reserved ranges, what everybody visits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any, Final, TypeAlias

import yaml
from publicsuffixlist import PublicSuffixList

from analytics.intel.normal import Value
from analytics.inventory.inventory import Inventory

AnyNetwork: TypeAlias = IPv4Network | IPv6Network
_ADDRESSES: Final = ("ipv4", "ipv6")


@dataclass(frozen=True, slots=True)
class Common:
    """The shipped list."""

    networks: tuple[AnyNetwork, ...]
    widest: Mapping[str, int]
    resolvers: frozenset[str]
    domains: frozenset[str]
    zones: frozenset[str]


@dataclass(frozen=True, slots=True)
class Ignored:
    """Answers for one value whether it may be watched. Built once for many values."""

    inventory: Inventory
    common: Common
    _ours: tuple[AnyNetwork, ...] = field(default=())
    _hosts: frozenset[str] = field(default=frozenset())
    _above: frozenset[str] = field(default=frozenset())

    def why(self, value: Value) -> tuple[str, str] | None:
        """Why it must not be watched, as a code and what it collides with; None when it may."""
        if value.kind in _ADDRESSES:
            return self._address(ip_network(value.value))
        if value.kind == "domain":
            return self._domain(value.value)
        if value.kind == "url":
            return self._url(value.value.partition("/")[0])
        return None

    def _address(self, network: AnyNetwork) -> tuple[str, str] | None:
        if network.prefixlen < self.common.widest[f"ipv{network.version}"]:
            return "wide", str(network)
        for code, group in (("own", self._ours), ("reserved", self.common.networks)):
            for other in group:
                if network.version == other.version and network.overlaps(other):
                    return code, str(other)
        if any(one in self.common.resolvers for one in _members(network, self.common.resolvers)):
            return "common", str(network)
        return None

    def _domain(self, name: str) -> tuple[str, str] | None:
        if name in self._hosts or name in self._above:
            return "own", name
        inside = next((zone for zone in _parents(name) if zone in self._hosts), None)
        if inside:
            return "own", inside
        if any(zone in self.common.zones for zone in (name, *_parents(name))):
            return "reserved", name
        if _suffixes().is_public(name) or name.removeprefix("www.") in self.common.domains:
            return "common", name
        return None

    def _url(self, host: str) -> tuple[str, str] | None:
        """A single address of a common site may be watched; anything of our own may not."""
        found = self._domain(host) if not _is_address(host) else self._address(ip_network(host))
        return found if found and found[0] in ("own", "reserved") else None


def ignored_by(inventory: Inventory, common: Common | None = None) -> Ignored:
    """What an inventory adds to the shipped list: its sites by name and address, and its networks."""
    addresses = [ip_network(text, strict=False) for site in inventory.sites.values() for text in site.addresses]
    hosts = {host.lower().rstrip(".") for site in inventory.sites.values() for host in site.hosts}
    hosts = {host for host in hosts if not _is_address(host)}
    # Whoever watches the zone above one of our hosts watches the host.
    above = {zone for host in hosts for zone in _parents(host)}
    ours = tuple(dict.fromkeys((*addresses, *(network.cidr for network in inventory.networks))))
    return Ignored(inventory, common or load_common(), ours, frozenset(hosts), frozenset(above))


@cache
def load_common() -> Common:
    """`rules/intel/ignored.yml`."""
    entry: Mapping[str, Any] = yaml.safe_load((files("rules") / "intel" / "ignored.yml").read_text("utf-8"))
    return Common(
        networks=tuple(ip_network(text) for text in entry["networks"]),
        widest=entry["widest"],
        resolvers=frozenset(entry["resolvers"]),
        domains=frozenset(entry["domains"]),
        zones=frozenset(entry["zones"]),
    )


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


def _parents(name: str) -> list[str]:
    labels = name.split(".")
    return [".".join(labels[place:]) for place in range(1, len(labels))]


def _members(network: AnyNetwork, addresses: frozenset[str]) -> list[str]:
    if network.num_addresses == 1:
        return [str(network.network_address)]
    return [one for one in addresses if network.overlaps(ip_network(one))]


def _is_address(host: str) -> bool:
    try:
        ip_network(host)
    except ValueError:
        return False
    return True
