"""The inventory in memory: which site an address belongs to, which way traffic goes, which hosts are shared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final, TypeAlias

from sqlalchemy import Connection, select

from analytics.db import NETWORK, SITE, UNIT

# What RFC 1918, RFC 4193 and the loopback ranges call private is ours, unless the inventory names networks itself.
_PRIVATE: Final = tuple(
    ip_network(text) for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "fc00::/7", "::1/128")
)

AnyNetwork: TypeAlias = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class Site:
    """One website as the inventory knows it; `addresses` are single addresses or CIDR networks."""

    id: str
    unit_id: str
    county: str
    name: str
    url: str
    hosts: tuple[str, ...]
    addresses: tuple[str, ...]
    ports: tuple[int, ...]
    rank: str
    protection_level: int | None
    is_cii: bool


@dataclass(frozen=True, slots=True)
class Network:
    """A network of ours; a shared one (gateway, proxy, NAT) never ties two alerts together."""

    cidr: AnyNetwork
    name: str
    shared: bool


@dataclass(frozen=True, slots=True)
class Inventory:
    """All active sites and our networks, indexed for look-ups."""

    sites: Mapping[str, Site]
    networks: tuple[Network, ...]
    by_host: Mapping[str, str]
    by_address: Mapping[str, tuple[str, ...]]
    by_network: tuple[tuple[AnyNetwork, str], ...]

    def site_at(self, host: str | None, address: str | None, port: int | None) -> Site | None:
        """The site of a host name, else of an address that only one site has (or one with that port)."""
        if host:
            known = self.by_host.get(host.lower().rstrip("."))
            if known:
                return self.sites[known]
        if not address:
            return None
        candidates = [self.sites[name] for name in self._on(address)]
        if len(candidates) == 1:
            return candidates[0]
        fitting = [site for site in candidates if port in site.ports]
        return fitting[0] if len(fitting) == 1 else None

    def direction(self, source: str | None, destination: str | None) -> str:
        """`inbound`, `outbound`, `internal` or `external`, by whether each side is in our networks."""
        ours = (self.is_ours(source), self.is_ours(destination))
        return {(False, True): "inbound", (True, False): "outbound", (True, True): "internal"}.get(ours, "external")

    def is_ours(self, address: str | None) -> bool:
        """Whether an address is in our networks, or is one of a site's."""
        parsed = _parsed(address)
        if parsed is None:
            return False
        if address in self.by_address or any(parsed in network.cidr for network in self.networks):
            return True
        return not self.networks and any(parsed in network for network in _PRIVATE)

    def is_shared(self, address: str) -> bool:
        """Whether an address is a shared gateway, or serves more than one site."""
        parsed = _parsed(address)
        if parsed is None:
            return False
        if any(network.shared and parsed in network.cidr for network in self.networks):
            return True
        return len(self.by_address.get(address, ())) > 1

    def _on(self, address: str) -> tuple[str, ...]:
        exact = self.by_address.get(address)
        if exact:
            return exact
        parsed = _parsed(address)
        if parsed is None:
            return ()
        return tuple(site for network, site in self.by_network if parsed in network)


def build(sites: Iterable[Site], networks: Iterable[Network] = ()) -> Inventory:
    """An inventory of these sites and networks."""
    known = {site.id: site for site in sites}
    by_address: dict[str, list[str]] = {}
    by_network: list[tuple[AnyNetwork, str]] = []
    for site in known.values():
        for text in site.addresses:
            network = ip_network(text, strict=False)
            if network.num_addresses == 1:
                by_address.setdefault(str(network.network_address), []).append(site.id)
            else:
                by_network.append((network, site.id))
    return Inventory(
        sites=known,
        networks=tuple(networks),
        by_host={host.lower(): site.id for site in known.values() for host in site.hosts},
        by_address={address: tuple(names) for address, names in by_address.items()},
        by_network=tuple(by_network),
    )


def load(connection: Connection) -> Inventory:
    """The inventory of the database."""
    rows = connection.execute(
        select(SITE, UNIT.c.county).join(UNIT, UNIT.c.id == SITE.c.unit_id).where(SITE.c.active.is_(True))
    )
    sites = [
        Site(
            id=row.id,
            unit_id=row.unit_id,
            county=row.county,
            name=row.name,
            url=row.url,
            hosts=tuple(row.hosts),
            addresses=tuple(row.addresses),
            ports=tuple(row.ports),
            rank=row.rank,
            protection_level=row.protection_level,
            is_cii=row.is_cii,
        )
        for row in rows
    ]
    networks = [
        Network(ip_network(row.cidr, strict=False), row.name, row.shared) for row in connection.execute(select(NETWORK))
    ]
    return build(sites, networks)


def _parsed(address: str | None) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(address) if address else None
    except ValueError:
        return None
