"""The watch list as sets of values."""

from __future__ import annotations

import ipaddress
from unittest import mock

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.intel import watchlist
from analytics.intel.watchlist import build
from tests.intel_values import entry


def met(found: list[tuple[int, tuple[int, ...]]]) -> set[tuple[int, int]]:
    return {(row, place) for row, places in found for place in places}


@given(
    st.lists(st.tuples(st.integers(0, 2**32 - 1), st.integers(16, 32)), max_size=8),
    st.lists(st.integers(0, 2**32 - 1), max_size=8),
)
def test_networks_hold_exactly_their_addresses(networks: list[tuple[int, int]], extra: list[int]) -> None:
    cidrs = [ipaddress.ip_network((number, length), strict=False) for number, length in networks]
    inside = [one[0] for one in cidrs] + [one[-1] for one in cidrs]
    around = [one + step for one in inside for step in (-1, 1) if 0 <= int(one) + step < 2**32]
    addresses = sorted({str(one) for one in (*inside, *around, *map(ipaddress.IPv4Address, extra))})
    watch = build([entry("ipv4", str(one).removesuffix("/32")) for one in cidrs])

    found = met(watch.addresses_among(pa.array(addresses, pa.string())))

    assert found == {
        (row, place)
        for row, text in enumerate(addresses)
        for place, network in enumerate(cidrs)
        if ipaddress.ip_address(text) in network
    }


def test_networks_of_ipv6_hold_their_addresses() -> None:
    watch = build([entry("ipv6", "2001:db8::/32"), entry("ipv6", "2001:db9::1")])
    addresses = pa.array(["2001:db8:ff::1", "2001:db9::1", "198.51.100.7", "no:address", None])

    assert met(watch.addresses_among(addresses)) == {(0, 0), (1, 1)}


LABELS = st.lists(st.sampled_from(["a", "b", "evil", "xn--e1a"]), min_size=1, max_size=5).map(".".join)


@given(st.lists(LABELS, max_size=6, unique=True), st.lists(LABELS, max_size=20, unique=True))
def test_a_name_meets_itself_and_what_it_lies_below(watched: list[str], names: list[str]) -> None:
    watch = build([entry("domain", one) for one in watched])

    found = met(watch.names_among(pa.array(names, pa.string())))

    assert found == {
        (row, place)
        for row, name in enumerate(names)
        for place, one in enumerate(watched)
        if name == one or name.endswith(f".{one}")
    }


def test_a_name_of_many_labels_hides_nothing() -> None:
    names = pa.array(["x." * 100 + "Evil.Test.", "notevil.test", "evil.test.other", ""])

    assert met(build([entry("domain", "evil.test")]).names_among(names)) == {(0, 0)}


@pytest.mark.parametrize("one_by_one", [0, 20_000])
def test_few_and_many_distinct_values_are_found_alike(one_by_one: int) -> None:
    watch = build([entry("ipv4", f"198.51.100.{n}") for n in range(50)])
    addresses = pa.array([f"198.51.{n % 3 + 99}.{n}" for n in range(100)])

    with mock.patch.object(watchlist, "ONE_BY_ONE", one_by_one):
        found = met(watch.addresses_among(addresses))

    assert found == {(n, n) for n in range(50) if n % 3 + 99 == 100}
