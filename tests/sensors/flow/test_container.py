"""Files are read whichever way they were written, and damage is told once with its place."""

from __future__ import annotations

import gzip
import io
import struct
from typing import Any

import pytest

from sensors.flow import layout
from sensors.flow.container import CaptureError, Reading, open_capture, read_frames
from sensors.flow.engine import engine
from tests.flow_packets import START, pcap

PACKETS = [(0.25, b"one"), (1.5, b"packet"), (2.0, b"x" * 300)]


def read(data: bytes, chunk: int = 64) -> tuple[list[tuple[bytes, int, int]], Reading]:
    reading = Reading("night.pcap")
    found = []
    for buffer, frames, count in read_frames(
        io.BufferedReader(io.BytesIO(data)), engine(compiled=False), chunk_bytes=chunk, reading=reading
    ):
        for at, captured, _, time, link in frames[:count].tolist():
            found.append((bytes(buffer[at : at + captured]), time - START * 1_000_000, link))
    return found, reading


def block(kind: int, body: bytes, order: str = "<") -> bytes:
    body += bytes(-len(body) % 4)
    return struct.pack(f"{order}II", kind, 12 + len(body)) + body + struct.pack(f"{order}I", 12 + len(body))


def pcapng(order: str = "<", units: bytes = b"\x06", per_second: int = 1_000_000) -> bytes:
    text = block(0x0A0D0D0A, struct.pack(f"{order}IHHq", 0x1A2B3C4D, 1, 0, -1), order)
    text += block(1, struct.pack(f"{order}HHIHH", 1, 0, 0, 9, 1) + units + bytes(3) + bytes(4), order)
    for seconds, data in PACKETS:
        ticks = START * per_second + round(seconds * per_second)
        head = struct.pack(f"{order}IIIII", 0, ticks >> 32, ticks & 0xFFFFFFFF, len(data), len(data))
        text += block(6, head + data, order) + block(0xBAD, b"unknown", order)
    return text


WANTED = [(data, round(at * 1_000_000), 1) for at, data in PACKETS]


@pytest.mark.parametrize("chunk", [1, 7, 64, 4096])
@pytest.mark.parametrize(
    "data", [pcap(PACKETS), pcap(PACKETS, order=">"), pcap(PACKETS, nano=True), pcapng(), pcapng(">")]
)
def test_every_way_of_writing_gives_the_same_packets(data: bytes, chunk: int) -> None:
    found, reading = read(data, chunk)

    assert found == WANTED
    assert (reading.packets, reading.fault) == (3, None)


def test_compressed_captures_are_known_by_their_bytes() -> None:
    assert read(gzip.compress(pcap(PACKETS), mtime=0))[0] == WANTED


def test_time_units_are_those_of_the_interface() -> None:
    assert read(pcapng(units=b"\x09", per_second=1_000_000_000))[0] == WANTED
    assert read(pcapng(units=b"\x8a", per_second=1024))[0] == WANTED


def test_a_second_section_forgets_the_interfaces_of_the_first() -> None:
    found, reading = read(pcapng() + pcapng(">"))

    assert found == WANTED * 2
    assert reading.fault is None


@pytest.mark.parametrize("data", [pcap(PACKETS), pcapng()])
@pytest.mark.parametrize("cut", [1, 5, 60])
def test_a_cut_file_gives_what_is_whole_and_says_where_it_ends(data: bytes, cut: int) -> None:
    found, reading = read(data[:-cut])

    assert found == WANTED[: len(found)]
    assert len(found) >= 2
    assert "night.pcap: is cut inside" in (reading.fault or "")


@pytest.mark.parametrize(
    "damage",
    [
        pcap(PACKETS) + struct.pack("<IIII", 0, 0, 1 << 31, 9),
        pcapng() + struct.pack("<II", 6, 1 << 31) + bytes(40),
        pcapng() + struct.pack("<II", 0xBAD, 3) + bytes(40),
        gzip.compress(pcap(PACKETS * 50), mtime=0)[:-20],
    ],
)
def test_damage_ends_a_file_with_one_sentence(damage: bytes) -> None:
    found, reading = read(damage)

    assert found[:3] == WANTED
    assert reading.fault is not None
    assert " at byte " in reading.fault


@pytest.mark.parametrize(
    "data", [b"", b"GIF89a, no capture", pcap([])[:10], gzip.compress(b"text", mtime=0), b"\x1f\x8b\x08bad"]
)
def test_what_is_no_capture_is_said_so(data: bytes) -> None:
    with pytest.raises(CaptureError, match=r"night\.pcap: .*; give "):
        read(data)


def test_a_file_that_cannot_be_opened_says_why(tmp_path: Any) -> None:
    with pytest.raises(CaptureError, match="cannot be read"):
        open_capture(tmp_path / "missing.pcap")
    with pytest.raises(CaptureError, match="cannot be read"):
        open_capture(tmp_path)


def test_a_packet_of_an_unknown_interface_has_no_link_type() -> None:
    data = block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))
    data += block(6, struct.pack("<IIIII", 3, 0, 0, 2, 2) + b"ab")

    assert [link for _, _, link in read(data)[0]] == [-1]
    assert layout.REFUSALS[layout.LINK_TYPE] == "link-type"
