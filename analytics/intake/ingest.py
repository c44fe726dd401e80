"""Batches that a person hands in: sealed under a name that follows from their content, then taken like any other."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

import pyarrow as pa
from pyarrow import ipc
from sqlalchemy import select

from analytics.db import SEGMENT, reader
from analytics.intake.counts import IMPORT
from analytics.intake.intake import Intake, Outcome
from analytics.intake.lock import exclusive
from sensors.contract.batch import EventBatch
from sensors.contract.segment import SegmentId, seal, write


@dataclass(frozen=True, slots=True)
class Ingested:
    """What came of an import: `had` are rows that were there already, `waiting` those that could not be taken yet."""

    segments: int
    rows: int
    had: int
    waiting: int
    alerts: int
    reasons: tuple[str, ...]


def ingest_batches(batches: Iterable[EventBatch], intake: Intake) -> Ingested:
    """Store these batches and look at them; the same batch again is had. OSError when the disk is full."""
    outcomes = [_ingest(batch, intake) for batch in batches if len(batch)]
    return Ingested(
        segments=len(outcomes),
        rows=sum(outcome.rows for outcome in outcomes if outcome.kind == "done"),
        had=sum(outcome.rows for outcome in outcomes if outcome.kind == "had"),
        waiting=sum(outcome.rows for outcome in outcomes if outcome.kind == "kept"),
        alerts=sum(outcome.alerts for outcome in outcomes),
        reasons=tuple(outcome.reason for outcome in outcomes if outcome.reason),
    )


def _ingest(batch: EventBatch, intake: Intake) -> Outcome:
    segment = seal(SegmentId(f"{IMPORT}{_digest(batch)}", 1), batch)
    with exclusive(intake.folder):
        with reader(intake.engine).connect() as connection:
            if connection.execute(select(SEGMENT.c.id).where(SEGMENT.c.id == str(segment.id))).first() is not None:
                return Outcome("had", segment.file_name, len(batch))
        outcome = intake.take(write(segment, intake.folder.inbox))
    if outcome.kind == "kept":
        return Outcome("kept", outcome.name, len(batch), reason=outcome.reason)
    return outcome


def _digest(batch: EventBatch) -> str:
    """16 hexadecimal digits of the batch's content, whatever ids it carries."""
    table = batch.table.drop_columns(["event.id", "observer.name"]).combine_chunks()
    sink = pa.BufferOutputStream()
    with ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return hashlib.sha256(sink.getvalue()).hexdigest()[:16]
