"""Handshakes become rows; anything else becomes nothing."""

from __future__ import annotations

import struct
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sensors.flow.settings import MeterSettings
from sensors.flow.tls import TlsConversation, hello_of


def vector(size: int, data: bytes) -> bytes:
    return len(data).to_bytes(size, "big") + data


def extension(code: int, data: bytes) -> bytes:
    return struct.pack(">H", code) + vector(2, data)


def record(kind: int, data: bytes) -> bytes:
    return bytes((kind, 3, 1)) + vector(2, data)


SNI = extension(0, vector(2, b"\0" + vector(2, b"WWW.x.lab")))
ALPN = extension(16, vector(2, vector(1, b"h2") + vector(1, b"http/1.1")))
CLIENT = b"\x03\x03" + bytes(32) + vector(1, b"") + vector(2, b"\x13\x01\xc0\x2f") + vector(1, b"\0")
CLIENT += vector(2, SNI + ALPN + extension(43, vector(1, b"\x03\x04\x03\x03")))
SERVER = b"\x03\x03" + bytes(32) + vector(1, b"") + b"\x13\x01" + b"\0" + vector(2, extension(43, b"\x03\x04"))
HELLO = record(22, b"\x01" + vector(3, CLIENT))
REPLY = record(22, b"\x02" + vector(3, SERVER))
DONE = record(20, b"\x01") + record(23, b"secret")


def row(*parts: tuple[int, bytes]) -> list[dict[str, Any]]:
    conversation = TlsConversation(MeterSettings())
    place = [0, 0]
    for time, (side, data) in enumerate(parts):
        list(conversation.take(side, place[side], time, data[:1] == b"\x16", data))
        place[side] += len(data)
    return list(conversation.close())


def test_a_handshake_is_one_row() -> None:
    [found] = row((0, HELLO), (1, REPLY + DONE), (0, DONE))

    assert (found["tls.version"], found["tls.cipher"]) == ("1.3", "TLS_AES_128_GCM_SHA256")
    assert (found["tls.client.server_name"], found["tls.next_protocol"]) == ("www.x.lab", "h2")
    assert found["tls.established"] is True
    assert found["gongga.tls.ja4"].startswith("t13d0203h2_")


def test_a_hello_without_an_answer_is_told_as_not_established() -> None:
    [found] = row((0, HELLO))

    assert (found["tls.version"], found["tls.established"]) == (None, False)


def test_a_hello_over_several_records_and_segments_is_put_together() -> None:
    body = b"\x01" + vector(3, CLIENT)
    split = record(22, body[:50]) + record(22, body[50:])

    assert row((0, split[:70]), (0, split[70:]), (1, REPLY))[0]["tls.client.server_name"] == "www.x.lab"


def test_sides_taken_the_wrong_way_round_are_turned() -> None:
    assert row((0, REPLY), (1, HELLO))[0]["tls.client.server_name"] == "www.x.lab"


@settings(max_examples=200, deadline=None)
@given(st.integers(0, len(HELLO)), st.binary(max_size=40))
def test_no_bytes_break_it(cut: int, noise: bytes) -> None:
    data = HELLO[:cut] + noise + HELLO[cut + len(noise) :]

    hello_of(data, 1)
    row((0, data), (1, noise))
