"""IP headers: lengths, fragments, extension chains."""

from __future__ import annotations

import struct

import pytest

from sensors.flow import layout
from tests.flow_packets import CLIENT, CLIENT6, SERVER, SERVER6, SYN, decoded, ethernet, ip, tcp, udp

SEGMENT = tcp((40000, 80), SYN)


def test_a_cut_packet_counts_with_its_full_length() -> None:
    whole = ip(CLIENT, SERVER, 17, udp((1, 2), bytes(500)))
    code, packet = decoded(ethernet(whole)[:60])

    assert code == 0
    assert (packet[layout.P_BYTES], packet[layout.P_PAYLOAD], packet[layout.P_PAYLOAD_HELD]) == (528, 500, 18)


def test_padding_behind_the_packet_is_not_payload() -> None:
    _, packet = decoded(ethernet(ip(CLIENT, SERVER, 17, udp((1, 2), b"a"))) + bytes(30))

    assert packet[layout.P_PAYLOAD_HELD] == 1


@pytest.mark.parametrize(("pieces", "state"), [(0x2000, 1), (0x0002, 2), (0x2002, 2), (0x4000, 0)])
def test_fragments_are_told_from_whole_packets(pieces: int, state: int) -> None:
    _, packet = decoded(ethernet(ip(CLIENT, SERVER, 17, udp((1, 2), bytes(16)), pieces=pieces)))

    assert packet[layout.P_FRAGMENT] == state


def test_extension_headers_of_ipv6_are_passed() -> None:
    chain = struct.pack(">BB6x", 43, 0) + struct.pack(">BB6x", 60, 0) + struct.pack(">BB6x", 6, 0) + SEGMENT
    code, packet = decoded(ethernet(ip(CLIENT6, SERVER6, 0, chain), 0x86DD))

    assert code == 0
    assert (packet[layout.P_PROTOCOL], packet[layout.P_TARGET_PORT], packet[layout.P_VERSION]) == (6, 80, 6)


def test_a_first_fragment_of_ipv6_has_ports_and_a_later_one_does_not() -> None:
    first = struct.pack(">BBHI", 6, 0, 1, 77) + SEGMENT
    later = struct.pack(">BBHI", 6, 0, 8 << 3, 77) + SEGMENT

    assert decoded(ethernet(ip(CLIENT6, SERVER6, 44, first), 0x86DD))[1][layout.P_TARGET_PORT] == 80
    code, packet = decoded(ethernet(ip(CLIENT6, SERVER6, 44, later), 0x86DD))
    assert (code, packet[layout.P_FRAGMENT], packet[layout.P_FRAGMENT_ID]) == (0, 2, 77)


def test_a_chain_without_end_is_too_deep() -> None:
    chain = struct.pack(">BB6x", 60, 0) * 40

    assert layout.REFUSALS[decoded(ethernet(ip(CLIENT6, SERVER6, 60, chain), 0x86DD))[0]] == "too-deep"


def test_an_authentication_header_is_passed() -> None:
    header = struct.pack(">BB10x", 6, 1) + SEGMENT

    assert decoded(ethernet(ip(CLIENT, SERVER, 51, header)))[1][layout.P_TARGET_PORT] == 80
