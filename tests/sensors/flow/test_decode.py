"""Frames become addresses and ports; hostile bytes become a reason."""

from __future__ import annotations

import struct
from ipaddress import ip_address

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sensors.flow import layout
from sensors.flow.decode import decode
from tests.flow_packets import CLIENT, SERVER, SYN, decoded, ethernet, ip, tcp, udp

INSIDE = ip(CLIENT, SERVER, 6, tcp((40000, 80), SYN, b"xy"))
LINKS = (0, 1, 9, 12, 50, 51, 101, 104, 108, 113, 228, 276, 127)


@pytest.mark.parametrize(
    ("frame", "link"),
    [
        (ethernet(INSIDE), 1),
        (ethernet(INSIDE, tags=(5, 6)), 1),
        (bytes(12) + b"\x00\x08\xaa\xaa\x03\0\0\0\x08\0" + INSIDE, 1),
        (INSIDE, 101),
        (INSIDE, 228),
        (struct.pack("<I", 2) + INSIDE, 0),
        (b"\xff\x03\x00\x21" + INSIDE, 9),
        (bytes(14) + b"\x08\x00" + INSIDE, 113),
        (b"\x08\x00" + bytes(18) + INSIDE, 276),
        (ethernet(b"\x00\x01\x01\x40" + INSIDE, 0x8847), 1),
        (ethernet(b"\x11\0\0\x01\0\x40\x00\x21" + INSIDE, 0x8864), 1),
    ],
)
def test_the_same_packet_is_found_behind_every_link_layer(frame: bytes, link: int) -> None:
    code, packet = decoded(frame, link)

    assert code == 0
    assert packet[layout.P_SOURCE_LOW] == int(ip_address(CLIENT))
    assert packet[layout.P_TARGET_LOW] == int(ip_address(SERVER))
    assert (packet[layout.P_SOURCE_PORT], packet[layout.P_TARGET_PORT]) == (40000, 80)
    assert (packet[layout.P_FLAGS], packet[layout.P_PAYLOAD], packet[layout.P_BYTES]) == (SYN, 2, 42)


def test_the_outer_vlan_is_kept() -> None:
    assert decoded(ethernet(INSIDE, tags=(0x1005, 6)))[1][layout.P_VLAN] == 5


@pytest.mark.parametrize(
    ("frame", "link", "why"),
    [
        (INSIDE, 127, "link-type"),
        (ethernet(b"", 0x0806), 1, "not-ip"),
        (b"short", 1, "short"),
        (ethernet(b"\x45" + bytes(10)), 1, "short"),
        (ethernet(b"\x15" + bytes(30)), 1, "malformed"),
        (ethernet(b"", 0x8100, tags=(1,) * 60), 1, "too-deep"),
    ],
)
def test_what_is_no_ip_packet_is_refused_with_a_reason(frame: bytes, link: int, why: str) -> None:
    assert layout.REFUSALS[decoded(frame, link)[0]] == why


def test_a_frame_of_a_wrong_link_type_is_refused_not_guessed() -> None:
    assert layout.REFUSALS[decoded(ethernet(INSIDE), -1)[0]] == "link-type"


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from([b"", ethernet(b""), ethernet(INSIDE), ethernet(udp((1, 4789), b"")), ethernet(INSIDE)[:30]]),
    st.binary(max_size=120),
    st.sampled_from(LINKS),
    st.booleans(),
)
def test_no_bytes_make_it_read_beyond_the_frame(head: bytes, tail: bytes, link: int, peel: bool) -> None:
    frame = head + tail
    answers = []
    for fill in (b"\x00", b"\xff"):
        packet = [0] * layout.PACKET_WIDTH
        buffer = memoryview(fill * 7 + frame + fill * 200)
        code = decode(buffer, 7, 7 + len(frame), link, int(peel), packet)
        answers.append((code, packet if code == 0 else None))

    assert 0 <= answers[0][0] < len(layout.REFUSALS)
    assert answers[0] == answers[1]
