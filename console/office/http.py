"""Asking another server: one way out for every link and channel of the desk. Bounded in time and size, no redirects."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

MOST: Final = 8 * 1024 * 1024
TIMEOUT: Final = 15.0
_PIECE: Final = 64 * 1024
# A server that trickles is left after so many times the timeout, which alone counts from byte to byte.
_WHOLE: Final = 3


class Unreached(OSError):
    """The other side did not answer, or not in a way that can be read; trying again later may help."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other side said. Header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(slots=True)
class _Watch:
    """The connections of one request, which are cut when its time is over: whoever reads from them goes on then."""

    sockets: list[socket.socket] = field(default_factory=list)
    over: bool = False

    def cut(self) -> None:
        self.over = True
        for one in self.sockets:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)


_HERE: Final = threading.local()


class _Plain(HTTPConnection):
    def connect(self) -> None:
        super().connect()
        _watched(self.sock)


class _Secured(HTTPSConnection):
    def connect(self) -> None:
        super().connect()
        _watched(self.sock)


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _SecuredPool(HTTPSConnectionPool):
    ConnectionCls = _Secured


def _watched(opened: socket.socket | None) -> None:
    watch: _Watch | None = getattr(_HERE, "watch", None)
    if watch is not None and opened is not None:
        watch.sockets.append(opened)


@contextmanager
def _within(seconds: float) -> Iterator[_Watch]:
    """Cut what this thread opens meanwhile when the time is over."""
    watch = _Watch()
    timer = threading.Timer(seconds, watch.cut)
    timer.daemon = True
    _HERE.watch = watch
    timer.start()
    try:
        yield watch
    finally:
        timer.cancel()
        _HERE.watch = None


def ask(
    method: str,
    url: str,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    *,
    timeout: float = TIMEOUT,
    most: int = MOST,
    authority: Path | None = None,
) -> Answer:
    """Send one request; its answer, whatever its status. Unreached when there is none, or one over `most` bytes."""
    pool = urllib3.PoolManager(ca_certs=str(authority) if authority else None)
    pool.pool_classes_by_scheme = {"http": _PlainPool, "https": _SecuredPool}
    with _within(timeout * _WHOLE) as watch:
        try:
            answer = pool.request(
                method,
                url,
                body=body,
                headers=dict(headers or {}),
                timeout=urllib3.Timeout(total=timeout),
                retries=False,
                redirect=False,
                preload_content=False,
            )
            content = _content(answer, url, most)
        except (urllib3.exceptions.HTTPError, ValueError) as error:
            why = f"no whole answer within {timeout * _WHOLE:.0f} s" if watch.over else str(error)
            raise Unreached(f"{url} cannot be reached: {why}") from error
        finally:
            pool.clear()
        if watch.over:
            # A body without a length ends like this when it is cut.
            raise Unreached(f"{url} cannot be reached: no whole answer within {timeout * _WHOLE:.0f} s")
    return Answer(answer.status, {name.lower(): value for name, value in answer.headers.items()}, content)


def _content(answer: urllib3.BaseHTTPResponse, url: str, most: int) -> bytes:
    pieces, size = [], 0
    try:
        for piece in answer.stream(_PIECE, decode_content=True):
            size += len(piece)
            if size > most:
                raise Unreached(f"{url} answered with more than {most} bytes")
            pieces.append(piece)
    finally:
        answer.close()
    return b"".join(pieces)
