"""Compiled and plain code give the same."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from sensors.flow.engine import engine
from tests.flow_packets import CLIENT, CLIENT6, SERVER, SERVER6, Packet, ethernet, handshake, ip, metered, said, udp


def traffic() -> list[Packet]:
    chance = random.Random(7)
    packets = [
        *handshake(),
        said(b"GET /a HTTP/1.1\r\nHost: x.lab\r\n\r\n", 1),
        said(b"HTTP/1.1 200 OK\r\n\r\n", 2, back=True),
    ]
    for at in range(2000):
        frame = bytearray(ethernet(ip(CLIENT, SERVER, 17, udp((chance.randrange(50), 53), chance.randbytes(20)))))
        if chance.random() < 0.3:
            frame = bytearray(ethernet(ip(CLIENT6, SERVER6, 6, chance.randbytes(24)), 0x86DD))
        if chance.random() < 0.3:
            frame[chance.randrange(len(frame))] = chance.randrange(256)
        packets.append((3 + at * chance.random(), bytes(frame)))
    return packets


def test_compiled_code_gives_what_plain_python_gives(tmp_path: Path) -> None:
    plain, one = metered(tmp_path, traffic(), compiled=False)
    compiled, other = metered(tmp_path, traffic(), compiled=True)

    assert compiled == plain
    assert one.report == other.report
    assert plain["http"][0]["url.path"] == "/a"


@pytest.mark.parametrize("compiled", [False, True])
def test_the_engine_is_made_once(compiled: bool) -> None:
    assert engine(compiled=compiled) is engine(compiled=compiled)
    assert engine(compiled=compiled).compiled is compiled
