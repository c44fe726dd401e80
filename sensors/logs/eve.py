"""Suricata's EVE events as batches: flow, http, dns and tls; every other type is counted and left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Final

import orjson

from sensors.contract.batch import EventBatch
from sensors.logs.reader import LogReport, lines_of

ROWS: Final = 20_000
Record = Mapping[str, Any]
_REASONS: Final = {"timeout": "idle", "forced": "evicted", "shutdown": "flushed"}


class EveReader:
    """Reads one EVE file; an event without an id gets its line number, from 1."""

    def __init__(self, path: Path, rows: int = ROWS) -> None:
        self._path = path
        self._rows = rows
        self.report = LogReport()

    def batches(self) -> Iterator[EventBatch]:
        """The events of the file in batches of one dataset each."""
        waiting: dict[str, list[dict[str, Any]]] = {}
        for line in lines_of(self._path):
            self.report.read += 1
            found = self._event(line)
            if found is None:
                continue
            self.report.used += 1
            dataset, row = found
            rows = waiting.setdefault(dataset, [])
            rows.append(row)
            if len(rows) == self._rows:
                yield _batch(dataset, waiting.pop(dataset))
        for dataset, rows in waiting.items():
            yield _batch(dataset, rows)

    def _event(self, line: str) -> tuple[str, dict[str, Any]] | None:
        try:
            record = orjson.loads(line)
            kind = record["event_type"]
        except (orjson.JSONDecodeError, RecursionError, KeyError, TypeError):
            self.report.refuse("not an EVE event")
            return None
        if kind not in TYPES:
            self.report.refuse(f"events of type {str(kind)[:20]} are not read")
            return None
        try:
            row = {"event.id": str(self.report.read), **_base(record), **TYPES[kind](record, record[kind])}
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
            self.report.refuse(f"a value that cannot be read ({type(error).__name__})")
            return None
        return str(kind), row


def _base(record: Record) -> dict[str, Any]:
    at = _moment(record["timestamp"])
    source = str(ip_address(record["src_ip"]))
    protocol = str(record.get("proto", "")).lower()
    vlan = record.get("vlan")
    return {
        "@timestamp": at,
        "event.kind": "event",
        "event.start": at,
        "source.ip": source,
        "source.port": _number(record.get("src_port")),
        "destination.ip": str(ip_address(record["dest_ip"])),
        "destination.port": _number(record.get("dest_port")),
        "network.transport": protocol or None,
        "network.type": "ipv6" if ":" in source else "ipv4",
        "network.community_id": record.get("community_id"),
        "network.vlan.id": str(vlan[0]) if isinstance(vlan, list) and vlan else None,
    }


def _flow(record: Record, flow: Record) -> dict[str, Any]:
    start, end = _moment(flow["start"]), _moment(flow.get("end") or flow["start"])
    sides = [(int(flow.get(f"pkts_{way}", 0)), int(flow.get(f"bytes_{way}", 0))) for way in ("toserver", "toclient")]
    protocol = record.get("app_proto")
    return {
        "@timestamp": start,
        "event.start": start,
        "event.end": end,
        "event.duration": (end - start) // timedelta(microseconds=1) * 1000,
        "network.protocol": None if protocol in (None, "failed") else str(protocol),
        "network.packets": sides[0][0] + sides[1][0],
        "network.bytes": sides[0][1] + sides[1][1],
        "source.packets": sides[0][0],
        "source.bytes": sides[0][1],
        "destination.packets": sides[1][0],
        "destination.bytes": sides[1][1],
        "gongga.flow.end_reason": _REASONS.get(str(flow.get("reason"))),
    }


def _http(_record: Record, http: Record) -> dict[str, Any]:
    target = str(http.get("url") or "/")
    path, _, query = target.partition("?")
    return {
        "http.request.method": http.get("http_method"),
        "http.response.status_code": _number(http.get("status")),
        "http.response.body.bytes": _number(http.get("length")),
        "http.response.mime_type": http.get("http_content_type"),
        "http.request.referrer": http.get("http_refer"),
        "http.version": str(http["protocol"]).removeprefix("HTTP/") if http.get("protocol") else None,
        "url.original": target,
        "url.path": path,
        "url.query": query or None,
        "url.domain": str(http.get("hostname") or "").lower() or None,
        "user_agent.original": http.get("http_user_agent"),
    }


def _dns(_record: Record, dns: Record) -> dict[str, Any]:
    asked = next(iter(dns.get("queries") or ()), dns)
    answers = [str(one["rdata"]) for one in dns.get("answers") or () if one.get("rdata")]
    addresses = [str(one["rdata"]) for one in dns.get("answers") or () if one.get("rrtype") in ("A", "AAAA")]
    return {
        "dns.id": str(dns["id"]) if "id" in dns else None,
        "dns.type": "answer" if dns.get("type") in ("answer", "response") else "query",
        "dns.question.name": str(asked.get("rrname") or "").lower() or None,
        "dns.question.type": asked.get("rrtype"),
        "dns.response_code": dns.get("rcode"),
        "dns.resolved_ip": addresses or None,
        "gongga.dns.answers": answers or None,
    }


def _tls(_record: Record, tls: Record) -> dict[str, Any]:
    version = str(tls.get("version") or "")
    found = tls.get("ja4")
    return {
        "tls.version": version.removeprefix("TLS ") if version.startswith("TLS ") else None,
        "tls.client.server_name": str(tls.get("sni") or "").lower() or None,
        "tls.established": bool(tls.get("subject") or tls.get("session_resumed")),
        "gongga.tls.ja4": str(found) if found else None,
    }


def _number(value: Any) -> int | None:
    return None if value is None else int(value)


def _moment(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("no time zone")
    return at


def _batch(dataset: str, rows: list[dict[str, Any]]) -> EventBatch:
    return EventBatch.from_columns(dataset, {name: [row.get(name) for row in rows] for name in rows[0]})


# Each type of event that is read; it becomes the dataset of the same name.
TYPES: Final[dict[str, Callable[[Record, Record], dict[str, Any]]]] = {
    "flow": _flow,
    "http": _http,
    "dns": _dns,
    "tls": _tls,
}
