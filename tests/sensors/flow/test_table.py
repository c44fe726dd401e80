"""Flows end when they are silent, when they are closed and when there is no room; none is lost."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from sensors.flow.settings import MeterSettings
from tests.flow_packets import ACK, CLIENT, FIN, SERVER, Packet, ethernet, handshake, ip, metered, tcp, udp


def datagram(at: float, port: int) -> Packet:
    return at, ethernet(ip(CLIENT, SERVER, 17, udp((port, 9), b"x")))


def test_a_silent_flow_ends_and_the_next_packet_begins_another(tmp_path: Path) -> None:
    rows, _ = metered(tmp_path, [datagram(0, 1), datagram(119, 1), datagram(240, 1)])

    assert [(row["network.packets"], row["gongga.flow.end_reason"]) for row in rows["flow"]] == [
        (2, "idle"),
        (1, "flushed"),
    ]


def test_a_silent_flow_is_written_when_others_show_that_time_went_on(tmp_path: Path) -> None:
    rows, _ = metered(tmp_path, [datagram(0, 1), datagram(1, 2), datagram(121.5, 2), datagram(122, 3)])

    assert rows["flow"][0]["source.port"] == 1


def test_when_the_table_is_full_the_longest_silent_flow_goes_and_is_accounted_for(tmp_path: Path) -> None:
    packets = [datagram(0, 1), datagram(1, 2), datagram(2, 1), datagram(3, 3)]
    rows, capture = metered(tmp_path, packets, MeterSettings(max_flows=2))

    assert (rows["flow"][0]["source.port"], rows["flow"][0]["gongga.flow.end_reason"]) == (2, "evicted")
    report = capture.report
    assert (report.read, report.counted, report.evicted) == (4, 3, 1)


def test_a_closed_connection_waits_for_late_packets_and_then_ends(tmp_path: Path) -> None:
    there, back = (40000, 80), (80, 40000)
    ending = [
        (1.0, ethernet(ip(CLIENT, SERVER, 6, tcp(there, FIN | ACK, sequence=100)))),
        (1.1, ethernet(ip(SERVER, CLIENT, 6, tcp(back, FIN | ACK, sequence=500)))),
        (1.2, ethernet(ip(CLIENT, SERVER, 6, tcp(there, ACK, sequence=101)))),
    ]
    rows, _ = metered(tmp_path, [*handshake(), *ending, *handshake(at=2.0), datagram(60, 1)])

    found = [(row["network.packets"], row["gongga.flow.end_reason"]) for row in rows["flow"]]
    assert found[0] == (6, "closed")
    assert (3, "flushed") in found


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 12), st.floats(0, 200)), min_size=1, max_size=60),
    st.integers(1, 8),
    st.integers(1, 200),
)
def test_every_packet_is_in_exactly_one_flow(
    tmp_path_factory: object, seen: list[tuple[int, float]], most: int, idle: int
) -> None:
    folder: Path = tmp_path_factory.mktemp("packets")
    limits = MeterSettings(max_flows=most, idle_timeout=timedelta(seconds=idle), chunk_bytes=64)
    rows, capture = metered(folder, [datagram(at, port) for port, at in seen], limits)

    assert sum(row["network.packets"] for row in rows["flow"]) == len(seen)
    assert capture.report.counted + capture.report.evicted == len(seen) == capture.report.read
    for port in {port for port, _ in seen}:
        mine = sum(row["network.packets"] for row in rows["flow"] if row["source.port"] == port)
        assert mine == sum(1 for one, _ in seen if one == port)
