"""What cannot be read is kept as it came, with the reason, out of the way."""

from __future__ import annotations

import hashlib
import os
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine, insert, select

from analytics.data_folder import DataFolder
from analytics.db import QUARANTINE
from sensors.contract.segment import put


def quarantine(engine: Engine, folder: DataFolder, name: str, content: bytes, reason: str, at: datetime) -> Path:
    """Keep this content under `quarantine/` and its reason in the records; the same content again is kept once."""
    place = put(folder.quarantine, quarantine_name(name, content), content)
    with engine.begin() as connection:
        known = connection.execute(select(QUARANTINE.c.id).where(QUARANTINE.c.name == place.name)).first()
        if known is None:
            connection.execute(insert(QUARANTINE).values(name=place.name, reason=reason, bytes=len(content), at=at))
    return place


def quarantine_name(name: str, content: bytes) -> str:
    """The name it gets there: its own, made harmless, and the first bytes of its digest."""
    stem = "".join(letter if letter.isalnum() or letter in "-_" else "_" for letter in Path(name).stem)[:80]
    return f"{stem or 'segment'}.{hashlib.sha256(content).hexdigest()[:12]}.arrow"


def remove(path: Path) -> None:
    """Take a file out of its folder for good: a crash afterwards does not bring it back."""
    path.unlink(missing_ok=True)
    handle = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
