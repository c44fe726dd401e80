"""Zeek's logs become events, tab-separated or JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sensors.contract.batch import EventBatch
from sensors.logs.reader import LogError
from sensors.logs.zeek import ZeekReader, kind_of_record

BASE = {"ts": 1764000000.25, "uid": "C1", "id.orig_h": "192.0.2.1", "id.orig_p": 40000, "id.resp_h": "10.0.0.1"}
BASE |= {"id.resp_p": 80}
CONN = BASE | {
    "proto": "tcp",
    "service": "ssl",
    "duration": 1.5,
    "orig_bytes": 10,
    "resp_bytes": 20,
    "conn_state": "SF",
}
CONN |= {"history": "ShADadFf", "orig_pkts": 5, "orig_ip_bytes": 270, "resp_pkts": 4, "resp_ip_bytes": 228}
HTTP = BASE | {"trans_depth": 1, "method": "GET", "host": "WWW.x.lab", "uri": "/a?b=1", "user_agent": "curl"}
HTTP |= {"status_code": 404, "response_body_len": 7, "resp_mime_types": ["text/html"]}
DNS = BASE | {"proto": "udp", "trans_id": 9, "query": "X.lab", "qtype_name": "A", "rcode_name": "NOERROR"}
DNS |= {"answers": ["y.lab", "10.0.0.2"]}
SSL = BASE | {"established": True, "version": "TLSv12", "cipher": "TLS_X", "server_name": "x.lab"}


def tabbed(path: str, record: dict[str, Any]) -> str:
    def cell(value: Any) -> str:
        if isinstance(value, list):
            return ",".join(map(str, value))
        return {True: "T", False: "F"}[value] if isinstance(value, bool) else str(value)

    head = ["#separator \\x09", f"#path\t{path}", "#fields\t" + "\t".join(record)]
    return "\n".join([*head, "\t".join(map(cell, record.values())), "#close\t2026"]) + "\n"


def read(folder: Path, text: str) -> tuple[list[EventBatch], ZeekReader]:
    path = folder / "x.log"
    path.write_text(text)
    reader = ZeekReader(path)
    return list(reader.batches()), reader


@pytest.mark.parametrize(
    ("kind", "record", "dataset", "column", "value"),
    [
        ("conn", CONN, "flow", "gongga.flow.history", "ShADadFf"),
        ("conn", CONN, "flow", "network.packets", 9),
        ("conn", CONN, "flow", "network.protocol", "tls"),
        ("http", HTTP, "http", "url.path", "/a"),
        ("http", HTTP, "http", "url.domain", "www.x.lab"),
        ("dns", DNS, "dns", "dns.resolved_ip", ["10.0.0.2"]),
        ("ssl", SSL, "tls", "tls.version", "1.2"),
        ("ssl", SSL, "tls", "tls.established", True),
    ],
)
@pytest.mark.parametrize("form", ["tabs", "json"])
def test_a_log_becomes_its_dataset_in_both_forms(
    tmp_path: Path, form: str, kind: str, record: dict[str, Any], dataset: str, column: str, value: object
) -> None:
    [batch], reader = read(tmp_path, tabbed(kind, record) if form == "tabs" else json.dumps(record) + "\n")

    assert batch.dataset == dataset
    assert batch.column(column) == [value]
    assert batch.column("source.ip") == ["192.0.2.1"]
    assert batch.column("event.id") == ["1"]
    assert reader.report.used == 1


def test_what_is_unset_is_null(tmp_path: Path) -> None:
    [batch], _ = read(tmp_path, tabbed("conn", CONN | {"duration": "-", "orig_bytes": "-", "service": "(empty)"}))

    assert batch.column("gongga.flow.source.payload_bytes") == [None]
    assert batch.column("network.protocol") == [None]


def test_a_line_that_cannot_be_read_is_counted_and_the_others_are_used(tmp_path: Path) -> None:
    bad = json.dumps(CONN | {"id.orig_h": "nonsense"})
    batches, reader = read(tmp_path, f"{json.dumps(CONN)}\n{bad}\n{{broken\n{json.dumps(CONN)}\n")

    assert sum(map(len, batches)) == 2
    assert sum(reader.report.refused.values()) == 2


def test_another_of_zeeks_logs_is_named(tmp_path: Path) -> None:
    with pytest.raises(LogError, match="Zeek's notice log"):
        read(tmp_path, tabbed("notice", BASE))
    assert kind_of_record({"_path": "weird"}) == "weird"
