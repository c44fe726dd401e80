"""Flows have the counts, sizes, times and ends of their packets."""

from __future__ import annotations

import statistics
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from sensors.flow.settings import MeterSettings
from tests.flow_packets import CLIENT, SERVER, ethernet, handshake, ip, metered, said, tcp, udp


def test_a_flow_counts_both_directions(tmp_path: Path) -> None:
    rows, _ = metered(tmp_path, [*handshake(), said(b"question", 1), said(b"a longer answer", 1.5, back=True)])
    [row] = rows["flow"]

    assert (row["source.packets"], row["destination.packets"], row["network.packets"]) == (3, 2, 5)
    assert (row["source.bytes"], row["destination.bytes"]) == (3 * 40 + 8, 2 * 40 + 15)
    assert (row["gongga.flow.source.payload_bytes"], row["gongga.flow.destination.payload_bytes"]) == (8, 15)
    assert (row["gongga.flow.packet_size.min"], row["gongga.flow.packet_size.max"]) == (40, 55)
    assert row["event.duration"] == 1_500_000_000
    assert (row["gongga.flow.source.tcp_flags"], row["gongga.flow.destination.tcp_flags"]) == (0x1A, 0x1A)


def test_intervals_are_those_of_plain_arithmetic(tmp_path: Path) -> None:
    times = [0, 0.5, 0.75, 4, 4.25, 9]
    rows, _ = metered(tmp_path, [(at, ethernet(ip(CLIENT, SERVER, 17, udp((1, 2), b"x")))) for at in times])
    gaps = [(b - a) * 1_000_000 for a, b in pairwise(times)]

    assert rows["flow"][0]["gongga.flow.interval.mean"] == pytest.approx(statistics.mean(gaps))
    assert rows["flow"][0]["gongga.flow.interval.stddev"] == pytest.approx(statistics.pstdev(gaps))


def test_a_long_flow_is_written_in_parts_that_add_up(tmp_path: Path) -> None:
    packets = [(at * 50.0, ethernet(ip(CLIENT, SERVER, 17, udp((1, 2), b"x")))) for at in range(60)]
    rows, _ = metered(tmp_path, packets, MeterSettings(active_timeout=timedelta(seconds=1000)))

    assert [row["gongga.flow.end_reason"] for row in rows["flow"]] == ["active", "active", "flushed"]
    assert sum(row["network.packets"] for row in rows["flow"]) == 60
    assert len({row["network.community_id"] for row in rows["flow"]}) == 1


@pytest.mark.parametrize(("port", "source"), [(443, CLIENT), (5000, SERVER)])
def test_an_answer_without_its_question_is_turned_round_when_its_port_says_so(
    tmp_path: Path, port: int, source: str
) -> None:
    rows, _ = metered(tmp_path, [(0, ethernet(ip(SERVER, CLIENT, 6, tcp((port, 40000), 16, b"x"))))])

    assert rows["flow"][0]["source.ip"] == source


def test_packets_out_of_their_time_do_not_turn_a_flow_back(tmp_path: Path) -> None:
    packets = [(at, ethernet(ip(CLIENT, SERVER, 17, udp((1, 2), b"x")))) for at in (5, 3, 6)]
    rows, _ = metered(tmp_path, packets)

    assert rows["flow"][0]["event.duration"] == 3_000_000_000
