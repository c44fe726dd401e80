"""What is inside a tunnel is metered, and its way in is named."""

from __future__ import annotations

import struct

import pytest

from sensors.flow import layout
from sensors.flow.export import tunnels
from tests.flow_packets import CLIENT, CLIENT6, SERVER, SERVER6, SYN, decoded, ethernet, ip, tcp, udp

INSIDE = ip("203.0.113.5", "203.0.113.6", 6, tcp((40000, 80), SYN))
INSIDE6 = ip(CLIENT6, SERVER6, 6, tcp((40000, 80), SYN))


def outer(protocol: int, payload: bytes) -> bytes:
    return ethernet(ip(CLIENT, SERVER, protocol, payload))


@pytest.mark.parametrize(
    ("frame", "named"),
    [
        (outer(4, INSIDE), "ipip"),
        (outer(41, INSIDE6), "ipip"),
        (outer(47, b"\0\0\x08\0" + INSIDE), "gre"),
        (outer(47, b"\xb0\0\x08\0" + bytes(12) + INSIDE), "gre"),
        (outer(47, b"\0\0\x65\x58" + ethernet(INSIDE)), "eogre"),
        (outer(47, b"\x10\0\x88\xbe" + bytes(12) + ethernet(INSIDE)), "erspan"),
        (outer(17, udp((9, 4789), b"\x08" + bytes(7) + ethernet(INSIDE))), "vxlan"),
        (outer(17, udp((9, 6081), b"\0\0\x65\x58" + bytes(4) + ethernet(INSIDE))), "geneve"),
        (outer(17, udp((2152, 2152), struct.pack(">BBHI", 0x30, 255, len(INSIDE), 1) + INSIDE)), "gtp"),
        (outer(17, udp((9, 3544), INSIDE6)), "teredo"),
        (ethernet(b"\0\0\x01\x40" + ip(CLIENT, SERVER, 4, INSIDE), 0x8847), "mpls/ipip"),
    ],
)
def test_the_packet_inside_is_found(frame: bytes, named: str) -> None:
    code, packet = decoded(frame)

    assert code == 0
    assert tunnels(packet[layout.P_TUNNEL]) == named
    assert packet[layout.P_TARGET_PORT] == 80
    assert packet[layout.P_SOURCE_LOW] != 0xC0000201


def test_a_tunnel_is_left_closed_when_asked() -> None:
    _, packet = decoded(outer(17, udp((9, 4789), b"\x08" + bytes(7) + ethernet(INSIDE))), decapsulate=False)

    assert (packet[layout.P_TARGET_PORT], packet[layout.P_TUNNEL]) == (4789, 0)


@pytest.mark.parametrize("port", [4789, 6081, 2152, 3544])
def test_a_port_alone_does_not_make_a_tunnel(port: int) -> None:
    code, packet = decoded(outer(17, udp((9, port), b"\xff" * 60)))

    assert (code, packet[layout.P_TARGET_PORT], packet[layout.P_TUNNEL]) == (0, port, 0)
