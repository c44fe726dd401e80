"""Builders of the values tests are made of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sensors.contract.batch import EventBatch
from sensors.contract.segment import Segment, SegmentId, seal

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def at(seconds: float = 0) -> datetime:
    """So many seconds after noon of 2026-11-23, UTC."""
    return NOON + timedelta(seconds=seconds)


def batch(dataset: str, *rows: dict[str, Any]) -> EventBatch:
    """A batch of rows given as dotted names; a row without a time happens at noon plus its number in seconds."""
    return EventBatch.from_documents(dataset, [{"@timestamp": at(number), **row} for number, row in enumerate(rows)])


def segment(dataset: str, *rows: dict[str, Any], sensor: str = "s1", sequence: int = 1) -> Segment:
    """A sealed segment of such rows."""
    return seal(SegmentId(sensor, sequence), batch(dataset, *rows))
