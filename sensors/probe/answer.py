"""What asking a site came to: a page, or a failure with its reason."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Any


class Method(enum.Enum):
    """The methods that exist for a probe."""

    GET = "GET"
    HEAD = "HEAD"
    OPTIONS = "OPTIONS"


@dataclass(frozen=True, slots=True)
class Timings:
    """Microseconds of each phase; connecting includes the TLS handshake of an HTTPS address."""

    dns: int | None = None
    connect: int | None = None
    first_byte: int | None = None
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Hop:
    """A redirect: where to, and why it was not followed when it was not."""

    url: str
    refused: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """An answer. `cut` says what ended the body early: `size` or `time`. `blocked` says why a guard wrote it."""

    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    text: str
    address: str
    timings: Timings
    hops: tuple[Hop, ...] = ()
    cut: str | None = None
    blocked: str | None = None
    method: str = "GET"

    def header(self, name: str) -> str | None:
        """The last value of a header."""
        found = [value for key, value in self.headers if key.lower() == name.lower()]
        return found[-1] if found else None

    @property
    def mime_type(self) -> str | None:
        """Content type without parameters."""
        given = (self.header("content-type") or "").partition(";")[0].strip().lower()
        return given or None

    def facts(self) -> dict[str, Any]:
        """Columns every web dataset of a probe has."""
        return {
            "http.request.method": self.method,
            "http.response.status_code": self.status,
            "http.response.body.bytes": len(self.body),
            "http.response.mime_type": self.mime_type,
            "gongga.timing.dns": self.timings.dns,
            "gongga.timing.connect": self.timings.connect,
            "gongga.timing.first_byte": self.timings.first_byte,
            "gongga.timing.total": self.timings.total,
        }


@dataclass(frozen=True, slots=True)
class Failure:
    """No answer. `kind` is `scope`, `dns`, `connect`, `tls`, `timeout` or `protocol`."""

    url: str
    kind: str
    reason: str
    address: str | None = None
    hops: tuple[Hop, ...] = ()
