"""Looking things up in the inventory."""

from __future__ import annotations

from ipaddress import ip_network

import pytest

from analytics.inventory.inventory import Inventory, Network, Site, build


def site(name: str, *addresses: str, port: int = 80) -> Site:
    host = f"www.{name}.example"
    return Site(name, "U-1", "513301", name, f"http://{host}/", (host,), addresses, (port,), "部门", None, False)


@pytest.fixture
def inventory() -> Inventory:
    sites = [
        site("a", "10.0.3.17"),
        site("b", "10.0.3.18", port=80),
        site("c", "10.0.3.18", port=8080),
        site("d", "10.9.0.0/24"),
    ]
    networks = [
        Network(ip_network("10.0.0.0/8"), "政务外网", False),
        Network(ip_network("10.0.0.1/32"), "出口网关", True),
    ]
    return build(sites, networks)


@pytest.mark.parametrize(
    ("host", "address", "port", "found"),
    [
        ("WWW.A.example.", None, None, "a"),
        (None, "10.0.3.17", 443, "a"),
        (None, "10.0.3.18", 8080, "c"),
        (None, "10.0.3.18", 9999, None),
        (None, "10.9.0.77", 80, "d"),
        ("other.example", "10.0.3.17", 80, "a"),
        (None, "203.0.113.1", 80, None),
        (None, "no address", 80, None),
        (None, None, None, None),
    ],
)
def test_a_site_is_found_by_host_else_by_its_own_address(
    inventory: Inventory, host: str | None, address: str | None, port: int | None, found: str | None
) -> None:
    at = inventory.site_at(host, address, port)

    assert (at.id if at else None) == found


@pytest.mark.parametrize(
    ("source", "destination", "way"),
    [
        ("203.0.113.1", "10.0.3.17", "inbound"),
        ("10.0.3.17", "203.0.113.1", "outbound"),
        ("10.0.3.17", "10.0.3.18", "internal"),
        ("203.0.113.1", "198.51.100.2", "external"),
        (None, "10.0.3.17", "inbound"),
    ],
)
def test_direction_follows_from_our_networks(
    inventory: Inventory, source: str | None, destination: str, way: str
) -> None:
    assert inventory.direction(source, destination) == way


def test_private_ranges_are_ours_until_networks_are_named() -> None:
    assert build([]).direction("192.168.1.1", "8.8.8.8") == "outbound"


def test_a_gateway_and_an_address_of_two_sites_are_shared(inventory: Inventory) -> None:
    assert inventory.is_shared("10.0.0.1")
    assert inventory.is_shared("10.0.3.18")
    assert not inventory.is_shared("10.0.3.17")
    assert not inventory.is_shared("kd-003")
