"""Captures become events with every packet accounted for, whatever the files are."""

from __future__ import annotations

from pathlib import Path

import pytest

from sensors.flow.capture import Capture, read_capture
from sensors.flow.container import CaptureError
from tests.flow_packets import handshake, pcap, said

WEB = [*handshake(), said(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", 1), said(b"HTTP/1.1 200 OK\r\n\r\n", 2, back=True)]


def test_flows_and_messages_come_from_one_pass(tmp_path: Path) -> None:
    (tmp_path / "a.pcap").write_bytes(pcap(WEB))
    batches = {batch.dataset: batch for batch in read_capture([tmp_path / "a.pcap"], sensor="gateway")}

    assert batches["flow"].column("network.protocol") == ["http"]
    assert batches["http"].column("http.response.status_code") == [200]
    assert batches["http"].column("observer.name") == ["gateway"]


def test_a_connection_over_two_files_is_one_flow(tmp_path: Path) -> None:
    (tmp_path / "a.pcap").write_bytes(pcap(WEB[:3]))
    (tmp_path / "b.pcap").write_bytes(pcap(WEB[3:]))
    capture = Capture([tmp_path / "a.pcap", tmp_path / "b.pcap"])
    rows = [row for batch in capture.batches() if batch.dataset == "flow" for row in batch.column("network.packets")]

    assert rows == [5]


def test_a_damaged_file_gives_what_came_before_and_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "a.pcap").write_bytes(pcap(WEB)[:-3])
    capture = Capture([tmp_path / "a.pcap"])
    list(capture.batches())

    assert capture.report.read == 4
    assert "is cut inside a packet at byte" in capture.report.faults[0]


def test_a_file_that_is_no_capture_does_not_stop_the_others(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("no capture")
    (tmp_path / "b.pcap").write_bytes(pcap(WEB))
    capture = Capture([tmp_path / "a.txt", tmp_path / "b.pcap"])
    list(capture.batches())

    assert (capture.report.unusable, capture.report.flows) == (1, 1)
    with pytest.raises(CaptureError, match=r"a\.txt"):
        list(read_capture([tmp_path / "a.txt"]))
