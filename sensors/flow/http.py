"""HTTP/1 messages of one connection as rows of the `http` dataset."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from sensors.flow.settings import MeterSettings
from sensors.flow.streams import Stream, distance

BODY_KEPT: Final = 512
MOST_ORPHANS: Final = 8
_REQUEST: Final = re.compile(rb"([A-Z]{3,20}) +([^\r\n]*?)(?: +HTTP/(\d(?:\.\d)?))? *$")
_ANSWER: Final = re.compile(rb"HTTP/(\d(?:\.\d)?) +(\d{3})(?: |$)")
_NEXT: Final = re.compile(rb"(?:[A-Z]{3,20} [^\r\n]{1,8000} HTTP/1\.[01]|HTTP/1\.[01] \d{3})")


@dataclass(slots=True)
class Message:
    """One message as far as it was seen."""

    time: int
    last: int
    stream: Stream


@dataclass(frozen=True, slots=True)
class Head:
    """Start line and header fields of a message, and what of its body is there."""

    line: bytes
    fields: dict[str, str]
    body: bytes
    rest: bytes

    @property
    def length(self) -> int | None:
        """Length of the body by Content-Length; None when it says nothing usable."""
        text = self.fields.get("content-length", "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


class HttpConversation:
    """Requests of side 0 paired in order with answers of side 1."""

    def __init__(self, settings: MeterSettings) -> None:
        self._limit = settings.message_bytes
        self._messages: tuple[list[Message], list[Message]] = ([], [])
        self._orphans: tuple[list[tuple[int, bytes]], list[tuple[int, bytes]]] = ([], [])

    def take(self, side: int, sequence: int, time: int, start: bool, payload: bytes) -> Iterator[dict[str, Any]]:
        """Take a payload; the rows of exchanges that are over with it."""
        mine = self._messages[side]
        if start and not any(one.stream.base == sequence for one in mine):
            if mine and distance(mine[-1].stream.base, sequence) > 0:
                yield from self._over()
            message = Message(time, time, Stream(sequence, self._limit))
            place = next((i for i, one in enumerate(mine) if distance(sequence, one.stream.base) > 0), len(mine))
            mine.insert(place, message)
            orphans = self._orphans[side]
            for late, waiting in orphans:
                message.stream.put(late, waiting)
            orphans.clear()
        for message in reversed(mine):
            if distance(message.stream.base, sequence) >= 0:
                message.stream.put(sequence, payload)
                message.last = max(message.last, time)
                return
        if len(self._orphans[side]) < MOST_ORPHANS:
            self._orphans[side].append((sequence, payload))

    def close(self) -> Iterator[dict[str, Any]]:
        """The rows of all that is left."""
        yield from self._rows(*self._messages)
        self._messages = ([], [])

    def _over(self) -> Iterator[dict[str, Any]]:
        requests, answers = self._messages
        answers[:] = [one for one in answers if not _interim(bytes(one.stream.data[:16]))]
        count = min(len(requests), len(answers))
        if count:
            yield from self._rows(requests[:count], answers[:count])
            del requests[:count], answers[:count]

    def _rows(self, requests: list[Message], answers: list[Message]) -> Iterator[dict[str, Any]]:
        asked = list(_heads(requests))
        if asked and asked[0][0].line.startswith(b"HTTP/"):
            # The connection was taken for the other way round: its start was not seen.
            asked, told = list(_heads(answers)), asked
        else:
            told = list(_heads(answers))
        told = [(head, one) for head, one in told if not _interim(head.line)]
        for place, (head, message) in enumerate(asked):
            request = request_row(head)
            if request is None:
                continue
            answer = told[place] if place < len(told) else None
            last = max(message.last, answer[1].last) if answer else message.last
            row = {**request, **(answer_row(answer[0], request["http.request.method"]) if answer else {})}
            yield {**row, "start": message.time, "end": last}


def _interim(line: bytes) -> bool:
    """Whether an answer only says that another follows."""
    found = _ANSWER.match(line)
    return bool(found and found[2][:1] == b"1" and found[2] != b"101")


def _heads(messages: list[Message]) -> Iterator[tuple[Head, Message]]:
    """The heads in the messages' bytes; one segment may hold several messages."""
    for message in messages:
        rest = bytes(message.stream.data)
        while rest:
            head = head_of(rest)
            if head is None:
                break
            yield head, message
            rest = head.rest


def head_of(data: bytes) -> Head | None:
    """The first message of some bytes; None when not even its first line is there."""
    line, found, after = data.partition(b"\n")
    if not found:
        return None
    top, _, body = after.partition(b"\r\n\r\n") if not after.startswith(b"\r\n") else (b"", b"", after[2:])
    fields: dict[str, str] = {}
    for entry in top.split(b"\n"):
        name, colon, value = entry.partition(b":")
        if colon and name.strip():
            fields.setdefault(name.strip().lower().decode("latin-1"), value.strip().decode("latin-1"))
    head = Head(line.rstrip(b"\r"), fields, body, b"")
    length = head.length
    if length is None:
        length = 0 if head.line[:5] != b"HTTP/" and "transfer-encoding" not in fields else len(body)
    rest = body[length:] if _NEXT.match(body[length:]) else b""
    return Head(head.line, fields, body[:length] if rest else body, rest)


def request_row(head: Head) -> dict[str, Any] | None:
    """The columns of a request; None when its line is none."""
    found = _REQUEST.match(head.line)
    if found is None:
        return None
    target = found[2].decode("latin-1")
    path, _, query = target.partition("?")
    host = head.fields.get("host", "")
    if "://" in path[:12]:
        host, path = _absolute(target, host)
    has_body = bool(head.body) or head.length is not None
    return {
        "http.request.method": found[1].decode("ascii"),
        "url.original": target,
        "url.path": path,
        "url.query": query or None,
        "url.domain": domain(host),
        "http.version": found[3].decode("ascii") if found[3] else None,
        "user_agent.original": head.fields.get("user-agent"),
        "http.request.referrer": head.fields.get("referer"),
        "http.request.mime_type": media(head.fields.get("content-type")),
        "http.request.body.bytes": (head.length if head.length is not None else len(head.body)) if has_body else None,
        "gongga.http.request.body": head.body[:BODY_KEPT].decode("latin-1") or None,
    }


def answer_row(head: Head, method: str) -> dict[str, Any]:
    """The columns of an answer to a request of that method."""
    found = _ANSWER.match(head.line)
    if found is None:
        return {}
    status = int(found[2])
    empty = method == "HEAD" or status in (204, 304) or status < 200
    length = 0 if empty else head.length
    return {
        "http.response.status_code": status,
        "http.response.body.bytes": length,
        "http.response.mime_type": media(head.fields.get("content-type")),
        "gongga.http.server": head.fields.get("server"),
    }


def _absolute(target: str, host: str) -> tuple[str, str]:
    try:
        parts = urlsplit(target)
    except ValueError:
        return host, target.partition("?")[0]
    return parts.netloc.rpartition("@")[2] or host, parts.path or "/"


def domain(host: str) -> str | None:
    """The name in a Host field: lower case, without port or brackets."""
    host = host.strip().lower()
    if host.startswith("["):
        return host[1:].partition("]")[0] or None
    return host.partition(":")[0] or None


def media(text: str | None) -> str | None:
    """A content type without its parameters."""
    return (text.partition(";")[0].strip().lower() or None) if text else None
