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
    place = put(folder.quarantine, quarantine_name(name, hashlib.sha256(content).hexdigest()[:12]), content)
    _record(engine, place.name, reason, len(content), at)
    return place


def set_aside(engine: Engine, folder: DataFolder, path: Path, reason: str, at: datetime) -> Path:
    """Move a file to quarantine without reading it, as one too large must be."""
    size = path.stat().st_size
    place = folder.quarantine / quarantine_name(path.name, f"{size}-bytes")
    _record(engine, place.name, reason, size, at)
    path.replace(place)
    return place


def quarantine_name(name: str, mark: str) -> str:
    """The name it gets there: its own, made harmless, and a mark that tells its content from another's."""
    stem = "".join(letter if letter.isalnum() or letter in "-_" else "_" for letter in Path(name).stem)[:80]
    return f"{stem or 'segment'}.{mark}.arrow"


def _record(engine: Engine, name: str, reason: str, size: int, at: datetime) -> None:
    with engine.begin() as connection:
        if connection.execute(select(QUARANTINE.c.id).where(QUARANTINE.c.name == name)).first() is None:
            connection.execute(insert(QUARANTINE).values(name=name, reason=reason, bytes=size, at=at))


def remove(path: Path) -> None:
    """Take a file out of its folder for good: a crash afterwards does not bring it back."""
    path.unlink(missing_ok=True)
    handle = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
