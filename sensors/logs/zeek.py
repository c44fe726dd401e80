"""Zeek's conn, http, dns and ssl logs as event batches, tab-separated or JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Final

import orjson

from sensors.contract.batch import EventBatch
from sensors.logs.reader import LogError, LogReport, lines_of

ROWS: Final = 20_000
Record = Mapping[str, Any]
_NOTHING: Final = ("", "-", "(empty)", None)


class ZeekReader:
    """Reads one Zeek log; which of the four it is shows in its `#path`, or in the fields of its first JSON line."""

    def __init__(self, path: Path, rows: int = ROWS) -> None:
        self._path = path
        self._rows = rows
        self.report = LogReport()

    def batches(self) -> Iterator[EventBatch]:
        """The events of the log. LogError when it is another log of Zeek's than the four."""
        rows: list[dict[str, Any]] = []
        kind = ""
        for found, record in self._records():
            kind = found or kind or kind_of_record(record)
            if kind not in LOGS:
                raise LogError(f"{self._path.name} is Zeek's {kind or 'unknown'} log; conn, http, dns and ssl are read")
            dataset, convert = LOGS[kind]
            try:
                rows.append({"event.id": str(self.report.read), **_base(record), **convert(record)})
            except (ValueError, TypeError, KeyError, OverflowError) as error:
                self.report.refuse(f"a value that cannot be read ({type(error).__name__})")
                continue
            self.report.used += 1
            if len(rows) == self._rows:
                yield _batch(dataset, rows)
                rows = []
        if rows:
            yield _batch(LOGS[kind][0], rows)

    def _records(self) -> Iterator[tuple[str, Record]]:
        names: list[str] = []
        kind = ""
        for line in lines_of(self._path):
            if line.startswith("#"):
                head, *rest = line.rstrip("\r\n").split("\t")
                if head == "#fields":
                    names = [name for one in rest for name in one.split()]
                elif head == "#path" and rest:
                    kind = rest[0]
                continue
            self.report.read += 1
            record = self._json(line) if line.lstrip().startswith("{") else self._columns(line, names)
            if record is not None:
                yield kind, record

    def _json(self, line: str) -> Record | None:
        try:
            record = orjson.loads(line)
        except (orjson.JSONDecodeError, RecursionError):
            self.report.refuse("not a JSON document")
            return None
        return record if isinstance(record, dict) else None

    def _columns(self, line: str, names: list[str]) -> Record | None:
        cells = line.rstrip("\r\n").split("\t")
        if len(names) < 3 or len(cells) < 3:
            self.report.refuse("no columns")
            return None
        return dict(zip(names, cells, strict=False))


def kind_of_record(record: Record) -> str:
    """Which log a JSON record is of, by the fields that only that log has."""
    for kind, name in (("conn", "conn_state"), ("http", "trans_depth"), ("dns", "trans_id"), ("ssl", "established")):
        if name in record:
            return kind
    return str(record.get("_path", ""))


def _text(record: Record, name: str) -> str | None:
    value = record.get(name)
    return None if value in _NOTHING else str(value)


def _number(record: Record, name: str) -> int | None:
    text = _text(record, name)
    return None if text is None else int(float(text))


def _list(record: Record, name: str) -> list[str] | None:
    value = record.get(name)
    if isinstance(value, list):
        return [str(one) for one in value] or None
    return None if value in _NOTHING else str(value).split(",")


def _moment(record: Record, name: str) -> datetime:
    text = str(record[name])
    if "T" in text:
        return datetime.fromisoformat(text)
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=round(float(text) * 1_000_000))


def _address(record: Record, name: str) -> str | None:
    text = _text(record, name)
    return str(ip_address(text)) if text else None


def _base(record: Record) -> dict[str, Any]:
    start = _moment(record, "ts")
    source, vlan = _address(record, "id.orig_h"), _number(record, "vlan")
    return {
        "@timestamp": start,
        "event.kind": "event",
        "event.start": start,
        "source.ip": source,
        "source.port": _number(record, "id.orig_p"),
        "destination.ip": _address(record, "id.resp_h"),
        "destination.port": _number(record, "id.resp_p"),
        "network.transport": _text(record, "proto") or "tcp",
        "network.type": ("ipv6" if ":" in source else "ipv4") if source else None,
        "network.community_id": _text(record, "community_id"),
        "network.vlan.id": str(vlan) if vlan is not None else None,
    }


def _conn(record: Record) -> dict[str, Any]:
    duration = timedelta(seconds=float(_text(record, "duration") or 0))
    packets = [_number(record, f"{side}_pkts") for side in ("orig", "resp")]
    sizes = [_number(record, f"{side}_ip_bytes") for side in ("orig", "resp")]
    return {
        "event.end": _moment(record, "ts") + duration,
        "event.duration": duration // timedelta(microseconds=1) * 1000,
        "network.protocol": {"ssl": "tls"}.get(_text(record, "service") or "", _text(record, "service")),
        "network.packets": sum(one or 0 for one in packets),
        "network.bytes": sum(one or 0 for one in sizes),
        "source.packets": packets[0],
        "source.bytes": sizes[0],
        "destination.packets": packets[1],
        "destination.bytes": sizes[1],
        "gongga.flow.state": _text(record, "conn_state"),
        "gongga.flow.history": _text(record, "history"),
        "gongga.flow.source.payload_bytes": _number(record, "orig_bytes"),
        "gongga.flow.destination.payload_bytes": _number(record, "resp_bytes"),
    }


def _http(record: Record) -> dict[str, Any]:
    target = _text(record, "uri") or "/"
    path, _, query = target.partition("?")
    return {
        "http.request.method": _text(record, "method"),
        "http.response.status_code": _number(record, "status_code"),
        "http.response.body.bytes": _number(record, "response_body_len"),
        "http.response.mime_type": next(iter(_list(record, "resp_mime_types") or ()), None),
        "http.request.body.bytes": _number(record, "request_body_len"),
        "http.request.referrer": _text(record, "referrer"),
        "http.version": _text(record, "version"),
        "url.original": target,
        "url.path": path,
        "url.query": query or None,
        "url.domain": (_text(record, "host") or "").lower() or None,
        "user_agent.original": _text(record, "user_agent"),
        "user.name": _text(record, "username"),
    }


def _dns(record: Record) -> dict[str, Any]:
    answers = _list(record, "answers")
    code = _text(record, "rcode_name")
    return {
        "dns.id": _text(record, "trans_id"),
        "dns.type": "answer" if code else "query",
        "dns.question.name": (_text(record, "query") or "").lower() or None,
        "dns.question.type": _text(record, "qtype_name"),
        "dns.question.class": {"C_INTERNET": "IN"}.get(_text(record, "qclass_name") or ""),
        "dns.response_code": code,
        "dns.resolved_ip": [one for one in answers or () if _is_address(one)] or None,
        "gongga.dns.answers": answers,
    }


def _ssl(record: Record) -> dict[str, Any]:
    version = _text(record, "version") or ""
    return {
        "tls.version": f"{version[4]}.{version[5]}" if version.startswith("TLSv1") and len(version) == 6 else None,
        "tls.cipher": _text(record, "cipher"),
        "tls.established": (_text(record, "established") or "F").lower() in ("t", "true"),
        "tls.client.server_name": (_text(record, "server_name") or "").lower() or None,
        "tls.next_protocol": _text(record, "next_protocol"),
    }


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _batch(dataset: str, rows: list[dict[str, Any]]) -> EventBatch:
    return EventBatch.from_columns(dataset, {name: [row.get(name) for row in rows] for name in rows[0]})


# Each log with the dataset it becomes.
LOGS: Final[dict[str, tuple[str, Callable[[Record], dict[str, Any]]]]] = {
    "conn": ("flow", _conn),
    "http": ("http", _http),
    "dns": ("dns", _dns),
    "ssl": ("tls", _ssl),
}
