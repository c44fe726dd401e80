"""JA4 of a TLS ClientHello (FoxIO's public JA4 specification, BSD-3-Clause)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final

VERSIONS: Final = {0x0304: "13", 0x0303: "12", 0x0302: "11", 0x0301: "10", 0x0300: "s3", 0x0002: "s2"}
_NOTHING: Final = "000000000000"
_SNI, _ALPN = 0x0000, 0x0010


def grease(value: int) -> bool:
    """Whether a number is one of those that mean nothing (RFC 8701)."""
    return value & 0x0F0F == 0x0A0A and value >> 8 == value & 255


def ja4(
    version: int,
    suites: Sequence[int],
    extensions: Sequence[int],
    signatures: Sequence[int],
    alpn: bytes | None,
    *,
    transport: str = "t",
) -> str:
    """The fingerprint; `version` is the highest offered, the lists are as sent, `alpn` is the first protocol."""
    suites = [one for one in suites if not grease(one)]
    extensions = [one for one in extensions if not grease(one)]
    first = (
        f"{transport}{VERSIONS.get(version, '00')}{'d' if _SNI in extensions else 'i'}"
        f"{min(99, len(suites)):02d}{min(99, len(extensions)):02d}{_protocol(alpn)}"
    )
    rest = ",".join(sorted(f"{one:04x}" for one in extensions if one not in (_SNI, _ALPN)))
    signed = ",".join(f"{one:04x}" for one in signatures if not grease(one))
    return "_".join(
        (
            first,
            _short(",".join(sorted(f"{one:04x}" for one in suites))),
            _short(f"{rest}_{signed}" if signed else rest) if extensions else _NOTHING,
        )
    )


def _protocol(alpn: bytes | None) -> str:
    if not alpn:
        return "00"
    ends = alpn[:1] + alpn[-1:]
    if ends.isalnum():
        return ends.decode("ascii")
    digits = alpn.hex()
    return digits[0] + digits[-1]


def _short(text: str) -> str:
    return hashlib.sha256(text.encode("ascii")).hexdigest()[:12] if text else _NOTHING
