"""UUID version 7 (RFC 9562): ids that sort by the moment they were made. Python 3.11 has none."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime
from uuid import UUID


def uuid7(at: datetime, random: Callable[[int], bytes] = secrets.token_bytes) -> str:
    """A new id of this moment."""
    milliseconds = int(at.timestamp() * 1000).to_bytes(6, "big")
    drawn = bytearray(random(10))
    drawn[0] = 0x70 | drawn[0] & 0x0F
    drawn[2] = 0x80 | drawn[2] & 0x3F
    return str(UUID(bytes=milliseconds + bytes(drawn)))
