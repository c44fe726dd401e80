"""Both directions have one key; later fragments find their ports."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensors.flow import layout
from sensors.flow.keys import fragment_ports, hashed, key, mixed
from tests.flow_packets import CLIENT, SERVER, SYN, decoded, ethernet, ip, tcp, udp

LIMITS: Any = [0] * layout.LIMIT_WIDTH
KEY = (layout.P_A_HIGH, layout.P_A_LOW, layout.P_B_HIGH, layout.P_B_LOW, layout.P_PORTS, layout.P_KIND)


def keyed(frame: bytes, limits: Any = LIMITS) -> list[int]:
    _, packet = decoded(frame)
    key(packet, limits)
    return packet


@pytest.mark.parametrize("ends", [(CLIENT, SERVER), (SERVER, CLIENT), (CLIENT, CLIENT)])
def test_a_packet_and_its_answer_have_one_key_and_two_sides(ends: tuple[str, str]) -> None:
    there = keyed(ethernet(ip(*ends, 6, tcp((40000, 80), SYN))))
    back = keyed(ethernet(ip(*reversed(ends), 6, tcp((80, 40000), SYN))))

    assert [there[one] for one in KEY] == [back[one] for one in KEY]
    assert {there[layout.P_SIDE], back[layout.P_SIDE]} == {0, 1}
    assert hashed(there, LIMITS) == hashed(back, LIMITS)


def test_vlans_are_in_the_key_only_when_asked() -> None:
    apart: Any = [0] * layout.LIMIT_WIDTH
    apart[layout.LIMIT_VLAN] = 1
    frames = [ethernet(ip(CLIENT, SERVER, 17, udp((1, 2))), tags=(tag,)) for tag in (5, 6)]

    assert len({keyed(frame)[layout.P_KIND] for frame in frames}) == 1
    assert len({keyed(frame, apart)[layout.P_KIND] for frame in frames}) == 2


@given(st.integers(0, (1 << 31) - 1), st.integers(-(1 << 63), (1 << 63) - 1))
def test_a_hash_has_31_bits_whatever_is_mixed_in(number: int, value: int) -> None:
    assert 0 <= mixed(number, value) < 1 << 31


def test_later_fragments_get_the_ports_of_the_first() -> None:
    fragments: Any = np.zeros((layout.FRAGMENT_SLOTS, layout.FRAGMENT_WIDTH), np.int64)
    first: Any = decoded(ethernet(ip(CLIENT, SERVER, 17, udp((7, 53), bytes(8)), pieces=0x2000)))[1]
    later: Any = decoded(ethernet(ip(CLIENT, SERVER, 17, bytes(16), pieces=2)))[1]

    assert not fragment_ports(later, 10, fragments, LIMITS)
    assert fragment_ports(first, 10, fragments, LIMITS)
    assert fragment_ports(later, 11, fragments, LIMITS)
    assert (later[layout.P_SOURCE_PORT], later[layout.P_TARGET_PORT]) == (7, 53)
    assert not fragment_ports(later, 12 + layout.FRAGMENT_LIFE, fragments, LIMITS)
