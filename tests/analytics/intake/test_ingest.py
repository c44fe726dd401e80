from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from analytics.db import ALERT, SEGMENT, SENSOR
from analytics.intake.ingest import ingest_batches
from sensors.contract.batch import EventBatch
from tests.factories import batch
from tests.intake_bench import Bench, Shelf, open_bench, scan


@pytest.fixture
def store() -> Shelf:
    return Shelf()


@pytest.fixture
def bench(tmp_path: Path, store: Shelf) -> Iterator[Bench]:
    opened = open_bench(tmp_path, store)
    yield opened
    opened.engine.dispose()


def test_batches_are_stored_and_looked_at_like_any_segment(bench: Bench) -> None:
    done = ingest_batches([scan().batch, batch("flow"), scan(start=600).batch], bench.intake)

    assert (done.segments, done.rows, done.had, done.waiting, done.alerts) == (2, 6, 0, 0, 2)
    assert [row["count"] for row in bench.rows(ALERT)] == [6]
    assert bench.rows(SENSOR) == []


def test_the_same_events_again_are_had_whatever_ids_they_carry(bench: Bench) -> None:
    ingest_batches([scan().batch], bench.intake)

    again = ingest_batches([scan(sequence=7).batch, batch_without_ids()], bench.intake)

    assert (again.rows, again.had) == (0, 6)
    assert len(bench.rows(SEGMENT)) == 1


def batch_without_ids() -> EventBatch:
    table = scan().batch.table.drop_columns(["event.id", "observer.name"])
    return EventBatch.from_table("http", table)


def test_what_does_not_fit_on_the_disk_waits_and_is_told(bench: Bench, store: Shelf) -> None:
    store.full = True

    done = ingest_batches([scan().batch], bench.intake)

    assert (done.rows, done.waiting) == (0, 3)
    assert "the disk is full" in done.reasons[0]
    assert len(list(bench.folder.inbox.glob("*.arrow"))) == 1
