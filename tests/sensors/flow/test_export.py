"""Flows become rows of the dictionary's fields."""

from __future__ import annotations

from pathlib import Path

import pytest

from sensors.flow import layout
from sensors.flow.export import Names, history, packed_address, tcp_state, tunnels
from tests.flow_packets import CLIENT6, SERVER6, ethernet, ip, metered


def test_addresses_are_in_the_order_of_the_network() -> None:
    assert packed_address(0, 0xC0000201, 4) == bytes((192, 0, 2, 1))
    assert Names().of(-1, -2, 6)[0] == "ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe"


def test_names_are_forgotten_when_there_are_too_many() -> None:
    names = Names(limit=2)

    assert [names.of(0, one, 4)[0] for one in (1, 2, 3, 1)] == ["0.0.0.1", "0.0.0.2", "0.0.0.3", "0.0.0.1"]


def test_a_flow_without_ports_has_none_and_keeps_its_protocol(tmp_path: Path) -> None:
    rows, _ = metered(tmp_path, [(0, ethernet(ip(CLIENT6, SERVER6, 89, bytes(20)), 0x86DD, tags=(7,)))])
    [row] = rows["flow"]

    assert "source.port" not in row
    assert (row["network.transport"], row["network.iana_number"], row["network.type"]) == ("89", "89", "ipv6")
    assert (row["network.vlan.id"], row["gongga.flow.state"]) == ("7", "OTH")
    assert "gongga.flow.interval.mean" not in row


@pytest.mark.parametrize(
    ("source", "target", "name"),
    [
        (layout.RESET, layout.INACTIVE, "RSTOS0"),
        (layout.INACTIVE, layout.RESET, "RSTRH"),
        (layout.PARTIAL, layout.ENDED, "SHR"),
        (layout.ESTABLISHED, layout.ESTABLISHED, "S1"),
        (layout.PARTIAL, layout.PARTIAL, "OTH"),
    ],
)
def test_states_have_zeeks_names(source: int, target: int, name: str) -> None:
    assert tcp_state(source, target) == name


def test_tunnels_are_joined_from_the_outside() -> None:
    assert tunnels(layout.VXLAN << 4 | layout.GRE) == "gre/vxlan"
    assert tunnels(0) is None


def test_a_history_goes_on_in_its_second_word() -> None:
    row = [0] * layout.FLOW_WIDTH
    row[layout.LETTERS] = 13
    row[layout.HISTORY] = sum(2 << 5 * place for place in range(12))
    row[layout.HISTORY_MORE] = 3

    assert history(row) == "S" * 12 + "s"
