"""What a segment's file says about itself, before anybody takes it."""

from __future__ import annotations

import pyarrow as pa
from pyarrow import ipc


def sensor_named(content: bytes) -> str | None:
    """The sensor that a segment names; None when the file is damaged or names none, which intake will say better."""
    try:
        metadata = ipc.open_file(pa.py_buffer(content)).schema.metadata
    except (pa.ArrowException, OSError, ValueError):
        return None
    return (metadata or {}).get(b"gongga.sensor", b"").decode("utf-8", "replace")[:32] or None
