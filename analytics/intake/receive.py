"""Where a sensor's segment arrives: checked, and durably in the inbox before anybody is told so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from sqlalchemy import Engine, select

from analytics.data_folder import DataFolder
from analytics.db import SEGMENT, reader
from analytics.intake.quarantine import quarantine
from sensors.contract.segment import SegmentError, decode, put


@dataclass(frozen=True, slots=True)
class Refused:
    """Bytes that are no segment; `reason` is one sentence for the sender. They are kept in quarantine."""

    reason: str


def receive(
    folder: DataFolder, engine: Engine, content: bytes, name: str, at: datetime | None = None
) -> Literal["stored", "had"] | Refused:
    """Put a segment into the inbox. "had" when it was taken or waits already. OSError when the disk refuses."""
    try:
        segment = decode(content, name)
    except SegmentError as error:
        quarantine(engine, folder, name, content, str(error), at or datetime.now(UTC))
        return Refused(str(error))
    with reader(engine).connect() as connection:
        done = connection.execute(select(SEGMENT.c.id).where(SEGMENT.c.id == str(segment.id))).first()
    if done is not None or (folder.inbox / segment.file_name).exists():
        return "had"
    put(folder.inbox, segment.file_name, content)
    return "stored"
