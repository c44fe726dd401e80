"""Asking another server: one way out for every link and channel of the desk. Bounded in time and size, no redirects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import urllib3

MOST: Final = 8 * 1024 * 1024
TIMEOUT: Final = 15.0
_PIECE: Final = 64 * 1024


class Unreached(OSError):
    """The other side did not answer, or not in a way that can be read; trying again later may help."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other side said. Header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


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
        try:
            content = b""
            for piece in answer.stream(_PIECE, decode_content=True):
                content += piece
                if len(content) > most:
                    raise Unreached(f"{url} answered with more than {most} bytes")
        finally:
            answer.close()
        return Answer(answer.status, {name.lower(): value for name, value in answer.headers.items()}, content)
    except (urllib3.exceptions.HTTPError, ValueError) as error:
        raise Unreached(f"{url} cannot be reached: {error}") from error
    finally:
        pool.clear()
