"""Protocols are told by what is said, not by the port alone."""

from __future__ import annotations

import pytest

from sensors.flow import layout
from sensors.flow.picking import begins, told


def packet(protocol: int, source: int = 40000, target: int = 9999) -> list[int]:
    row = [0] * layout.PACKET_WIDTH
    row[layout.P_PROTOCOL], row[layout.P_SOURCE_PORT], row[layout.P_TARGET_PORT] = protocol, source, target
    return row


@pytest.mark.parametrize(
    ("payload", "protocol", "port", "name"),
    [
        (b"GET / HTTP/1.1\r\n", 6, 9999, "http"),
        (b"OPTIONS * HTTP/1.1\r\n", 6, 9999, "http"),
        (b"HTTP/1.1 200 OK\r\n", 6, 9999, "http"),
        (b"HEADLINE", 6, 80, ""),
        (b"\x16\x03\x01\x00\x50\x01\x00", 6, 9999, "tls"),
        (b"\x16\x03\x01\x00\x50\x09\x00", 6, 443, ""),
        (b"SSH-2.0-OpenSSH", 6, 9999, "ssh"),
        (bytes(12), 17, 53, "dns"),
        (bytes(11), 17, 53, ""),
        (b"\x00\x20" + bytes(32), 6, 53, "dns"),
        (b"\xc3\0\0\0\x01" + bytes(30), 17, 443, "quic"),
        (bytes(40), 17, 9999, ""),
    ],
)
def test_first_bytes_tell_the_protocol(payload: bytes, protocol: int, port: int, name: str) -> None:
    row: list[int] = packet(protocol, target=port)

    assert layout.APPLICATIONS[told(payload, 0, len(payload), row)] == name


def test_a_message_begins_where_its_first_line_does() -> None:
    assert begins(b"POST /a", 0, 7, layout.HTTP, 6)
    assert not begins(b"more of a body", 0, 14, layout.HTTP, 6)
    assert not begins(b"GE", 0, 2, layout.HTTP, 6)
    assert begins(bytes(20), 0, 20, layout.DNS, 17)
