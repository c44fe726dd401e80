"""The first bytes of a TLS connection, as the story's traffic shows them (RFC 8446 §4.1.2)."""

from __future__ import annotations

import hashlib
import struct
from typing import Final

_SUITES: Final = (0x1301, 0x1302, 0x1303, 0xC02B, 0xC02F, 0xC02C, 0xC030)
_GROUPS: Final = (0x001D, 0x0017, 0x0018)
_SIGNATURES: Final = (0x0403, 0x0804, 0x0401)
_VERSIONS: Final = (0x0304, 0x0303)


def client_hello(name: str, number: int) -> bytes:
    """A ClientHello for a server name; the same number gives the same bytes."""
    noise = hashlib.sha256(f"{name} {number}".encode()).digest()
    suites = _numbers(_SUITES)
    extensions = b"".join(
        (
            _extension(0, _sized(2, b"\x00" + _sized(2, name.encode()))),
            _extension(10, _sized(2, _numbers(_GROUPS))),
            _extension(13, _sized(2, _numbers(_SIGNATURES))),
            _extension(43, _sized(1, _numbers(_VERSIONS))),
            _extension(51, _sized(2, struct.pack(">HH", _GROUPS[0], 32) + noise)),
        )
    )
    body = b"\x03\x03" + noise + b"\x00" + _sized(2, suites) + b"\x01\x00" + _sized(2, extensions)
    message = b"\x01" + len(body).to_bytes(3, "big") + body
    return b"\x16\x03\x01" + _sized(2, message)


def _numbers(values: tuple[int, ...]) -> bytes:
    return b"".join(struct.pack(">H", value) for value in values)


def _sized(width: int, content: bytes) -> bytes:
    return len(content).to_bytes(width, "big") + content


def _extension(kind: int, content: bytes) -> bytes:
    return struct.pack(">H", kind) + _sized(2, content)
