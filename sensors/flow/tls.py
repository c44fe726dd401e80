"""TLS handshakes as rows of the `tls` dataset (RFC 8446, RFC 5246)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from sensors.flow.ja4 import grease, ja4
from sensors.flow.settings import MeterSettings
from sensors.flow.streams import Stream

VERSIONS: Final = {0x0300: "ssl3", 0x0301: "1.0", 0x0302: "1.1", 0x0303: "1.2", 0x0304: "1.3"}
# IANA's names of the suites that are met; any other is told by its number.
SUITES: Final = {
    0x0004: "TLS_RSA_WITH_RC4_128_MD5",
    0x0005: "TLS_RSA_WITH_RC4_128_SHA",
    0x000A: "TLS_RSA_WITH_3DES_EDE_CBC_SHA",
    0x002F: "TLS_RSA_WITH_AES_128_CBC_SHA",
    0x0033: "TLS_DHE_RSA_WITH_AES_128_CBC_SHA",
    0x0035: "TLS_RSA_WITH_AES_256_CBC_SHA",
    0x0039: "TLS_DHE_RSA_WITH_AES_256_CBC_SHA",
    0x003C: "TLS_RSA_WITH_AES_128_CBC_SHA256",
    0x003D: "TLS_RSA_WITH_AES_256_CBC_SHA256",
    0x009C: "TLS_RSA_WITH_AES_128_GCM_SHA256",
    0x009D: "TLS_RSA_WITH_AES_256_GCM_SHA384",
    0x009E: "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256",
    0x009F: "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384",
    0x00C6: "TLS_SM4_GCM_SM3",
    0x1301: "TLS_AES_128_GCM_SHA256",
    0x1302: "TLS_AES_256_GCM_SHA384",
    0x1303: "TLS_CHACHA20_POLY1305_SHA256",
    0xC009: "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA",
    0xC00A: "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA",
    0xC011: "TLS_ECDHE_RSA_WITH_RC4_128_SHA",
    0xC013: "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
    0xC014: "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA",
    0xC023: "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256",
    0xC027: "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256",
    0xC028: "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384",
    0xC02B: "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
    0xC02C: "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
    0xC02F: "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
    0xC030: "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
    0xCCA8: "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
    0xCCA9: "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
}
CLIENT_HELLO, SERVER_HELLO = 1, 2
_HANDSHAKE, _CHANGE, _DATA = 22, 20, 23
_SNI, _SIGNATURES, _ALPN, _SUPPORTED = 0, 13, 16, 43


class Cut(ValueError):
    """The bytes end before the message does, or contradict themselves."""


@dataclass(slots=True)
class Hello:
    """What a ClientHello or ServerHello says."""

    version: int
    suites: list[int]
    extensions: list[int] = field(default_factory=list)
    signatures: list[int] = field(default_factory=list)
    supported: list[int] = field(default_factory=list)
    name: str | None = None
    alpn: bytes | None = None

    @property
    def highest(self) -> int:
        """The highest version offered, or the one chosen."""
        return max((one for one in self.supported if not grease(one)), default=self.version)


class TlsConversation:
    """The handshake of one connection."""

    def __init__(self, settings: MeterSettings) -> None:
        self._limit = settings.message_bytes * 2
        self._streams: list[Stream | None] = [None, None]
        self._early: tuple[list[tuple[int, bytes]], list[tuple[int, bytes]]] = ([], [])
        self._times: list[int] = []

    def take(self, side: int, sequence: int, time: int, start: bool, payload: bytes) -> Iterator[dict[str, Any]]:
        """Take a payload; nothing is told before the end."""
        self._times = [min([*self._times, time]), max([*self._times, time])]
        stream = self._streams[side]
        if stream is None:
            if not start:
                if len(self._early[side]) < 8:
                    self._early[side].append((sequence, payload))
                return
            stream = self._streams[side] = Stream(sequence, self._limit)
            for late, waiting in self._early[side]:
                stream.put(late, waiting)
        stream.put(sequence, payload)
        yield from ()

    def close(self) -> Iterator[dict[str, Any]]:
        """The row of the handshake, when a hello was seen."""
        data = [bytes(one.data) if one else b"" for one in self._streams]
        if _first(data[0]) == SERVER_HELLO or _first(data[1]) == CLIENT_HELLO:
            data.reverse()
        client, server = hello_of(data[0], CLIENT_HELLO), hello_of(data[1], SERVER_HELLO)
        if client is None and server is None:
            return
        chosen = server.suites[0] if server and server.suites else None
        yield {
            "tls.version": VERSIONS.get(server.highest, f"0x{server.highest:04x}") if server else None,
            "tls.cipher": SUITES.get(chosen, f"0x{chosen:04X}") if chosen is not None else None,
            "tls.established": _settled(data[0]) and _settled(data[1]),
            "tls.client.server_name": client.name if client else None,
            "tls.next_protocol": client.alpn.decode("latin-1") if client and client.alpn else None,
            "gongga.tls.ja4": fingerprint(client) if client else None,
            "start": self._times[0],
            "end": self._times[1],
        }


def fingerprint(client: Hello) -> str:
    """JA4 of a ClientHello."""
    return ja4(client.highest, client.suites, client.extensions, client.signatures, client.alpn)


def records(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Type and body of each record that has begun."""
    at = 0
    while at + 5 <= len(data) and data[at] in (20, 21, 22, 23, 24) and data[at + 1] == 3:
        length = data[at + 3] << 8 | data[at + 4]
        yield data[at], data[at + 5 : at + 5 + length]
        at += 5 + length


def _first(data: bytes) -> int:
    return data[5] if len(data) > 5 else 0


def _settled(data: bytes) -> bool:
    return any(kind in (_CHANGE, _DATA) for kind, _ in records(data))


def hello_of(data: bytes, kind: int) -> Hello | None:
    """The hello of that kind at the start of a stream; None when it is not there whole."""
    handshake = bytearray()
    for record, body in records(data):
        if record != _HANDSHAKE:
            break
        handshake += body
        if len(handshake) >= 4 and len(handshake) >= 4 + int.from_bytes(handshake[1:4], "big"):
            break
    if len(handshake) < 4 or handshake[0] != kind:
        return None
    length = int.from_bytes(handshake[1:4], "big")
    if len(handshake) < 4 + length:
        return None
    try:
        return _hello(_Bytes(bytes(handshake[4 : 4 + length])), kind)
    except Cut:
        return None


class _Bytes:
    """Bytes read from front to back. Cut when there are too few."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def take(self, length: int) -> bytes:
        """The next bytes."""
        found = self.data[self.at : self.at + length]
        if len(found) < length:
            raise Cut(f"{length} bytes wanted, {len(found)} there")
        self.at += length
        return found

    def number(self, length: int) -> int:
        """The next number."""
        return int.from_bytes(self.take(length), "big")

    def numbers(self) -> list[int]:
        """All that is left as two-byte numbers."""
        rest = self.data[self.at :]
        return [int.from_bytes(rest[i : i + 2], "big") for i in range(0, len(rest) - 1, 2)]


def _hello(body: _Bytes, kind: int) -> Hello:
    version = body.number(2)
    body.take(32)
    body.take(body.number(1))
    if kind == CLIENT_HELLO:
        hello = Hello(version, _Bytes(body.take(body.number(2))).numbers())
        body.take(body.number(1))
    else:
        hello = Hello(version, [body.number(2)])
        body.take(1)
    if body.at == len(body.data):
        return hello
    extensions = _Bytes(body.take(body.number(2)))
    while extensions.at < len(extensions.data):
        code = extensions.number(2)
        hello.extensions.append(code)
        _extension(hello, code, extensions.take(extensions.number(2)), kind)
    return hello


def _extension(hello: Hello, code: int, value: bytes, kind: int) -> None:
    if code == _SNI and kind == CLIENT_HELLO and len(value) > 5 and value[2] == 0:
        hello.name = value[5 : 5 + (value[3] << 8 | value[4])].decode("latin-1").lower() or None
    elif code == _ALPN and len(value) > 3:
        hello.alpn = value[3 : 3 + value[2]] or None
    elif code == _SIGNATURES:
        hello.signatures = _Bytes(value[2:]).numbers()
    elif code == _SUPPORTED:
        hello.supported = _Bytes(value[1:] if kind == CLIENT_HELLO else value).numbers()
