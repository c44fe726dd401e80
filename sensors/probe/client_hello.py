"""Raw ClientHellos: whether a server accepts protocol versions that modern libraries no longer speak."""

from __future__ import annotations

import struct
from typing import Final

VERSIONS: Final = {"SSLv3": 0x0300, "TLS 1.0": 0x0301, "TLS 1.1": 0x0302}
# Suites such servers know: ECDHE and RSA with AES, 3DES and RC4 (RFC 4346, RFC 4492).
_SUITES: Final = (
    0xC014, 0xC013, 0xC00A, 0xC009, 0x0039, 0x0033, 0x0035, 0x002F, 0xC012, 0xC008, 0x0016, 0x000A, 0x0005, 0x0004,
)  # fmt: skip
_HANDSHAKE: Final = 22
_SERVER_HELLO: Final = 2
MOST_ANSWER: Final = 4096


def client_hello(version: int, host: str | None, random: bytes) -> bytes:
    """A ClientHello (RFC 5246 §7.4.1.2) that offers this version and nothing newer."""
    suites = b"".join(struct.pack("!H", suite) for suite in _SUITES)
    body = struct.pack("!H", version) + random[:32].ljust(32, b"\0") + b"\0"
    body += struct.pack("!H", len(suites)) + suites + b"\x01\x00"
    if version > VERSIONS["SSLv3"]:
        extensions = _extension(10, struct.pack("!HHHH", 6, 23, 24, 25)) + _extension(11, b"\x01\x00")
        if host:
            name = host.encode("ascii", "ignore")
            extensions += _extension(0, struct.pack("!HBH", len(name) + 3, 0, len(name)) + name)
        body += struct.pack("!H", len(extensions)) + extensions
    message = b"\x01" + struct.pack("!I", len(body))[1:] + body
    return struct.pack("!BHH", _HANDSHAKE, min(version, VERSIONS["TLS 1.0"]), len(message)) + message


def accepted(answer: bytes, version: int) -> bool:
    """Whether the first bytes of a server's answer are a ServerHello of exactly that version."""
    if len(answer) < 11 or answer[0] != _HANDSHAKE or answer[5] != _SERVER_HELLO:
        return False
    return int(struct.unpack_from("!H", answer, 9)[0]) == version


def _extension(kind: int, content: bytes) -> bytes:
    return struct.pack("!HH", kind, len(content)) + content
