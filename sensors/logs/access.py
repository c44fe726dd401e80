"""Access logs in common and combined format, with or without the host in front: lines become `log.web` columns."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from typing import Any, Final

import re2

LONGEST_LINE: Final = 65_536
_NAMES: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTHS: Final = {name: number for number, name in enumerate(_NAMES, 1)}
_QUOTED: Final = r'"((?:[^"\\]|\\.)*)"'
_LINE: Final = re2.compile(
    r"^(?:(\S+?)(?::(\d{1,5}))? )?([0-9a-fA-F:.]+) (\S+) (.{1,128}?) \[([^\]]{20,40})\] "
    + _QUOTED
    + r" (\d{3}|-) (\d+|-)(?: "
    + _QUOTED
    + " "
    + _QUOTED
    + ")?"
)
_REQUEST: Final = re2.compile(r"^([A-Z]{1,20}) (.*?)(?: HTTP/([0-9.]{1,3}))?$")


class NotALine(ValueError):
    """A line is none of an access log; the reason is one phrase."""


def is_access_log(line: str) -> bool:
    """Whether a line looks like one of an access log."""
    return _LINE.match(line[:LONGEST_LINE]) is not None


def parse(line: str) -> dict[str, Any]:
    """The fields of a line, by dotted names. NotALine says what it lacks."""
    if len(line) > LONGEST_LINE:
        raise NotALine("longer than 64 KiB")
    match = _LINE.match(line)
    if match is None:
        raise NotALine("not in common or combined format")
    host, port, source, _ident, user, at, request, status, size, referrer, agent = match.groups()
    asked = _REQUEST.match(request)
    target = asked.group(2) if asked else request
    path, _mark, query = target.partition("?")
    return {
        "@timestamp": moment(at),
        "event.kind": "event",
        "source.ip": source,
        "destination.port": int(port) if port else None,
        "http.request.method": asked.group(1) if asked else None,
        "http.version": asked.group(3) if asked else None,
        "http.request.referrer": _value(referrer),
        "http.response.status_code": None if status == "-" else int(status),
        "http.response.body.bytes": None if size == "-" else int(size),
        "url.original": target,
        "url.path": path,
        "url.query": query or None,
        "url.domain": host.lower() if host else None,
        "user.name": _value(user),
        "user_agent.original": _value(agent),
    }


@lru_cache(maxsize=4096)
def moment(text: str) -> datetime:
    """The UTC moment of `24/Nov/2026:12:00:00 +0800`. NotALine when it is none."""
    try:
        day, month, rest = text.split("/", 2)
        year, hour, minute, second = rest[:4], rest[5:7], rest[8:10], rest[11:13]
        zone = rest[14:19]
        away = timedelta(hours=int(zone[1:3]), minutes=int(zone[3:5])) * (-1 if zone[0] == "-" else 1)
        numbers = (int(year), _MONTHS[month], int(day), int(hour), int(minute), int(second))
        return datetime(*numbers, tzinfo=timezone(away)).astimezone(UTC)
    except (ValueError, KeyError, IndexError, OverflowError) as error:
        raise NotALine(f"no time in {text[:40]!r}") from error


def columns(rows: Sequence[dict[str, Any]]) -> dict[str, list[Any]]:
    """Equally long columns of parsed lines."""
    return {name: [row.get(name) for row in rows] for name in rows[0]} if rows else {}


def _value(text: str | None) -> str | None:
    if text is None or text in ("-", ""):
        return None
    return text.replace('\\"', '"')
