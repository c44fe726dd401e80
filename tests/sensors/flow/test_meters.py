"""A meter grows with its flows and accounts for every packet."""

from __future__ import annotations

from pathlib import Path

from tests.flow_packets import CLIENT, SERVER, ethernet, ip, metered, udp


def test_a_table_grows_without_losing_or_splitting_flows(tmp_path: Path) -> None:
    ports = list(range(20_000, 30_000))
    packets = [
        (0.001 * at, ethernet(ip(CLIENT, SERVER, 17, udp((port, 9), b"x")))) for at, port in enumerate(ports * 2)
    ]
    rows, capture = metered(tmp_path, packets)

    assert sorted(row["source.port"] for row in rows["flow"]) == ports
    assert {row["network.packets"] for row in rows["flow"]} == {2}
    assert capture.report.evicted == 0


def test_what_is_refused_is_counted_by_reason(tmp_path: Path) -> None:
    packets = [(0, ethernet(b"", 0x0806)), (0, b"x"), (0, ethernet(ip(CLIENT, SERVER, 17, bytes(9), pieces=9)))]
    rows, capture = metered(tmp_path, packets)

    assert rows == {}
    assert capture.report.refused == {"not-ip": 1, "short": 1, "fragment": 1}
    assert capture.report.read == 3
