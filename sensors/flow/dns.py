"""DNS messages as rows of the `dns` dataset (RFC 1035)."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

OPERATIONS: Final = {0: "QUERY", 1: "IQUERY", 2: "STATUS", 4: "NOTIFY", 5: "UPDATE", 6: "DSO"}
CLASSES: Final = {1: "IN", 3: "CH", 4: "HS", 254: "NONE", 255: "ANY"}
CODES: Final = {
    0: "NOERROR",
    1: "FORMERR",
    2: "SERVFAIL",
    3: "NXDOMAIN",
    4: "NOTIMP",
    5: "REFUSED",
    6: "YXDOMAIN",
    7: "YXRRSET",
    8: "NXRRSET",
    9: "NOTAUTH",
    10: "NOTZONE",
}
TYPES: Final = {
    1: "A",
    2: "NS",
    5: "CNAME",
    6: "SOA",
    10: "NULL",
    12: "PTR",
    13: "HINFO",
    15: "MX",
    16: "TXT",
    28: "AAAA",
    33: "SRV",
    35: "NAPTR",
    41: "OPT",
    43: "DS",
    46: "RRSIG",
    47: "NSEC",
    48: "DNSKEY",
    50: "NSEC3",
    52: "TLSA",
    64: "SVCB",
    65: "HTTPS",
    99: "SPF",
    251: "IXFR",
    252: "AXFR",
    255: "ANY",
    257: "CAA",
}
FLAGS: Final = (("AA", 0x400), ("TC", 0x200), ("RD", 0x100), ("RA", 0x80), ("AD", 0x20), ("CD", 0x10))
MOST_ANSWERS: Final = 64
MOST_WAITING: Final = 64
_JUMPS: Final = 32


@dataclass(frozen=True, slots=True)
class DnsMessage:
    """One message: header, first question, answers as text."""

    id: int
    answer: bool
    columns: dict[str, Any]


class DnsConversation:
    """Queries paired with answers by id and question."""

    def __init__(self) -> None:
        self._asked: dict[tuple[Any, ...], tuple[int, DnsMessage]] = {}
        self._streams = (bytearray(), bytearray())
        self._next: list[int | None] = [None, None]

    def take(self, side: int, sequence: int, time: int, stream: bool, payload: bytes) -> Iterator[dict[str, Any]]:
        """Take a datagram, or a piece of a TCP stream in which each message has its length before it."""
        if not stream:
            yield from self._message(time, payload)
            return
        if self._next[side] not in (None, sequence):
            return
        self._next[side] = (sequence + len(payload)) & 0xFFFFFFFF
        held = self._streams[side]
        held += payload
        while len(held) >= 2 and len(held) >= 2 + (held[0] << 8 | held[1]):
            length = held[0] << 8 | held[1]
            yield from self._message(time, bytes(held[2 : 2 + length]))
            del held[: 2 + length]

    def close(self) -> Iterator[dict[str, Any]]:
        """Questions that nothing answered."""
        for time, message in self._asked.values():
            yield {**message.columns, "dns.type": "query", "start": time, "end": time}
        self._asked.clear()

    def _message(self, time: int, data: bytes) -> Iterator[dict[str, Any]]:
        message = message_of(data)
        if message is None:
            return
        key = (message.id, message.columns["dns.question.name"], message.columns["dns.question.type"])
        if message.answer:
            start = self._asked.pop(key, (time, message))[0]
            yield {**message.columns, "dns.type": "answer", "start": min(start, time), "end": time}
            return
        self._asked.setdefault(key, (time, message))
        if len(self._asked) > MOST_WAITING:
            oldest = next(iter(self._asked))
            start, unanswered = self._asked.pop(oldest)
            yield {**unanswered.columns, "dns.type": "query", "start": start, "end": start}


def message_of(data: bytes) -> DnsMessage | None:
    """A message's columns; None when the bytes are none."""
    if len(data) < 12:
        return None
    number, flags, questions, answers = struct.unpack_from(">HHHH", data)
    operation = flags >> 11 & 15
    if operation not in OPERATIONS or questions > 16:
        return None
    name: str | None = None
    kind = group = 0
    at = 12
    for place in range(questions):
        asked, at = name_at(data, at)
        if asked is None or at + 4 > len(data):
            return None
        if place == 0:
            name = asked
            kind, group = struct.unpack_from(">HH", data, at)
        at += 4
    answer = bool(flags & 0x8000)
    texts, addresses = _answers(data, at, answers) if answer else ([], [])
    columns = {
        "dns.id": str(number),
        "dns.op_code": OPERATIONS[operation],
        "dns.header_flags": [name for name, bit in FLAGS if flags & bit],
        "dns.question.name": name,
        "dns.question.type": TYPES.get(kind, f"TYPE{kind}") if questions else None,
        "dns.question.class": CLASSES.get(group & 0x7FFF, str(group)) if questions else None,
        "dns.response_code": CODES.get(flags & 15, str(flags & 15)) if answer else None,
        "dns.resolved_ip": addresses or None,
        "gongga.dns.answers": texts or None,
    }
    return DnsMessage(number, answer, columns)


def _answers(data: bytes, at: int, count: int) -> tuple[list[str], list[str]]:
    texts: list[str] = []
    addresses: list[str] = []
    for _ in range(min(count, MOST_ANSWERS)):
        name, at = name_at(data, at)
        if name is None or at + 10 > len(data):
            break
        kind, _group, _ttl, length = struct.unpack_from(">HHIH", data, at)
        at += 10
        if at + length > len(data):
            break
        text = _text(data, at, length, kind)
        if kind in (1, 28) and length in (4, 16):
            addresses.append(text)
        texts.append(text)
        at += length
    return texts, addresses


def _text(data: bytes, at: int, length: int, kind: int) -> str:
    value = data[at : at + length]
    if kind == 1 and length == 4:
        return socket.inet_ntop(socket.AF_INET, value)
    if kind == 28 and length == 16:
        return socket.inet_ntop(socket.AF_INET6, value)
    if kind in (2, 5, 12, 15):
        name, _ = name_at(data, at + (2 if kind == 15 else 0))
        return name or ""
    if kind == 16:
        parts = []
        while value:
            parts.append(value[1 : 1 + value[0]])
            value = value[1 + value[0] :]
        return b"".join(parts).decode("latin-1")
    return value[:64].hex()


def name_at(data: bytes, at: int) -> tuple[str | None, int]:
    """The name at a place in lower case, and where what follows it is; None when it is malformed or circular."""
    labels: list[str] = []
    after = -1
    total = 0
    for _ in range(_JUMPS + 128):
        if at >= len(data):
            return None, at
        length = data[at]
        if length >= 0xC0:
            if at + 2 > len(data):
                return None, at
            after = at + 2 if after < 0 else after
            target = (length & 0x3F) << 8 | data[at + 1]
            if target >= at:
                return None, at
            at = target
            continue
        if length > 63 or total + length > 255:
            return None, at
        at += 1
        if length == 0:
            return ".".join(labels), at if after < 0 else after
        label = data[at : at + length]
        if len(label) < length:
            return None, at
        total += length + 1
        labels.append("".join(chr(b) if 33 <= b < 127 and b not in (46, 92) else f"\\{b:03d}" for b in label).lower())
        at += length
    return None, at
