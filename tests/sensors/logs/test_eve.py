"""Suricata's events become ours; what is not read is counted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sensors.logs.eve import EveReader

BASE = {"timestamp": "2026-11-24T08:00:00.250000+0800", "src_ip": "192.0.2.1", "src_port": 40000}
BASE |= {"dest_ip": "10.0.0.1", "dest_port": 80, "proto": "TCP", "vlan": [7]}
FLOW = {"start": BASE["timestamp"], "end": "2026-11-24T08:00:02.250000+0800", "pkts_toserver": 5, "pkts_toclient": 4}
FLOW |= {"bytes_toserver": 500, "bytes_toclient": 900, "reason": "timeout"}
HTTP = {"http_method": "GET", "url": "/a?b=1", "hostname": "X.lab", "status": 200, "protocol": "HTTP/1.1", "length": 3}
DNS = {"type": "answer", "id": 7, "rrname": "X.lab", "rrtype": "A", "rcode": "NOERROR"}
DNS |= {"answers": [{"rrtype": "CNAME", "rdata": "y.lab"}, {"rrtype": "A", "rdata": "10.0.0.2"}]}
TLS = {"version": "TLS 1.3", "sni": "X.lab", "subject": "CN=x"}


def read(folder: Path, *events: dict[str, Any] | str) -> tuple[dict[str, Any], EveReader]:
    path = folder / "eve.json"
    path.write_text("".join((one if isinstance(one, str) else json.dumps(one)) + "\n" for one in events))
    reader = EveReader(path)
    return {batch.dataset: batch for batch in reader.batches()}, reader


@pytest.mark.parametrize(
    ("kind", "part", "column", "value"),
    [
        ("flow", FLOW, "network.bytes", 1400),
        ("flow", FLOW, "event.duration", 2_000_000_000),
        ("flow", FLOW, "gongga.flow.end_reason", "idle"),
        ("http", HTTP, "url.query", "b=1"),
        ("http", HTTP, "url.domain", "x.lab"),
        ("dns", DNS, "dns.resolved_ip", ["10.0.0.2"]),
        ("tls", TLS, "tls.version", "1.3"),
        ("tls", TLS, "network.vlan.id", "7"),
    ],
)
def test_an_event_becomes_a_row(tmp_path: Path, kind: str, part: dict[str, Any], column: str, value: object) -> None:
    batches, _ = read(tmp_path, BASE | {"event_type": kind, kind: part})

    assert batches[kind].column(column) == [value]
    assert batches[kind].column("source.ip") == ["192.0.2.1"]


def test_what_is_not_read_is_counted_by_reason(tmp_path: Path) -> None:
    http = BASE | {"event_type": "http", "http": HTTP}
    batches, reader = read(
        tmp_path, BASE | {"event_type": "stats"}, "{broken", http | {"src_ip": "x"}, http | {"http": 5}, http
    )

    assert len(batches["http"]) == 1
    assert sum(reader.report.refused.values()) == 4
    assert batches["http"].column("event.id") == ["5"]
