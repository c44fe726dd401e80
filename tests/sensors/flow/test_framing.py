"""Packets are found in buffers, and what cannot be is told from what is not there yet."""

from __future__ import annotations

import struct

import numpy as np
import pytest

from sensors.flow import layout
from sensors.flow.framing import moment, walk_pcap, walk_pcapng
from tests.flow_packets import START, pcap


def walked(data: bytes, rows: int = 8) -> tuple[list[list[int]], list[int]]:
    frames = np.zeros((rows, layout.FRAME_WIDTH), np.int64)
    walk = np.zeros(layout.WALK_WIDTH, np.int64)
    walk_pcap(memoryview(data), 24, len(data), 0, 0, 16, 1, memoryview(frames), memoryview(walk))
    return frames[: walk[layout.WALK_COUNT]].tolist(), walk.tolist()


def test_each_whole_packet_has_its_place_length_and_time() -> None:
    frames, walk = walked(pcap([(1.5, b"abc"), (2.0, b"defg")]))

    assert frames == [[40, 3, 3, (START + 1) * 1_000_000 + 500_000, 1], [59, 4, 4, (START + 2) * 1_000_000, 1]]
    assert walk[layout.WALK_CODE] == layout.MORE


@pytest.mark.parametrize("cut", [1, 3, 10, 18])
def test_a_packet_that_is_not_whole_waits_for_more(cut: int) -> None:
    data = pcap([(0, b"abc"), (0, b"def")])[:-cut]
    frames, walk = walked(data)

    assert len(frames) == 1
    assert walk[layout.WALK_AT] == 43


def test_a_walk_stops_when_its_rows_are_full() -> None:
    frames, walk = walked(pcap([(0, b"abc")] * 3), rows=2)

    assert len(frames) == 2
    assert walk[layout.WALK_CODE] == layout.FULL


def test_an_impossible_length_is_damage() -> None:
    data = pcap([(0, b"abc")]) + struct.pack("<IIII", 0, 0, 1 << 30, 1 << 30)

    assert walked(data)[1][layout.WALK_CODE] == layout.DAMAGED


def test_a_block_that_is_no_packet_stops_the_walk() -> None:
    data = struct.pack("<II", 5, 12) + bytes(8)
    frames = np.zeros((4, layout.FRAME_WIDTH), np.int64)
    faces = np.zeros((1, layout.FACE_WIDTH), np.int64)
    walk = np.zeros(layout.WALK_WIDTH, np.int64)

    walk_pcapng(memoryview(data), 0, len(data), 0, faces, 0, frames, walk)

    assert walk[layout.WALK_CODE] == layout.OTHER


def test_moments_stay_inside_the_calendar() -> None:
    assert moment(0, 5_000_000, 1_000_000, 0) == 5_000_000
    assert moment(0, 3, 2, 0) == 1_500_000
    assert moment(0x7FFFFFFF, 0xFFFFFFFF, 1, 0) == layout.LATEST
    assert moment(0, 1, 1, -10) == 0
