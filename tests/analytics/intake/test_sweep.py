from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import pytest

from analytics.alerts.claim import Claim
from analytics.intake.hits import PendingHits
from analytics.intake.intake import Detector, waiting
from analytics.intake.sweep import Sweeper
from sensors.contract.batch import EventBatch
from tests.factories import at
from tests.intake_bench import Bench, Shelf, open_bench, scan


@dataclass(slots=True)
class Hands:
    """A clock that is set by hand."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


class Faulty:
    """A detector with a fault that shows on one segment only."""

    def detect(self, batch: EventBatch) -> list[Claim]:
        if batch.column("event.id")[0].startswith("s1-000001"):
            raise ZeroDivisionError("fault")
        return []


@pytest.fixture
def store() -> Shelf:
    return Shelf()


@pytest.fixture
def bench(tmp_path: Path, store: Shelf) -> Iterator[Bench]:
    opened = open_bench(tmp_path, store)
    yield opened
    opened.engine.dispose()


def test_everything_that_waits_is_taken_in_order(bench: Bench) -> None:
    bench.put(scan(sequence=2), scan(sequence=1))

    assert [one.name for one in Sweeper(bench.intake).sweep()] == ["s1-000001.arrow", "s1-000002.arrow"]
    assert waiting(bench.folder) == []


def test_a_round_ends_when_it_is_asked_to(bench: Bench) -> None:
    bench.put(scan())

    assert Sweeper(bench.intake).sweep(stopped=lambda: True) == []


def test_what_could_not_be_stored_is_tried_again_later_and_later(bench: Bench, store: Shelf) -> None:
    clock = Hands(at(0))
    sweeper = Sweeper(replace(bench.intake, clock=clock))
    bench.put(scan())
    store.full = True

    assert [one.kind for one in sweeper.sweep()] == ["kept"]
    assert sweeper.sweep() == []
    clock.now = at(5)
    assert [one.kind for one in sweeper.sweep()] == ["kept"]
    clock.now = at(14)
    assert sweeper.sweep() == []
    store.full = False
    clock.now = at(15)
    assert [one.kind for one in sweeper.sweep()] == ["done"]


def test_a_fault_in_a_detector_stops_neither_the_worker_nor_the_other_segments(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    def faulty(_hits: PendingHits) -> Sequence[Detector]:
        return (Faulty(),)

    bench.put(scan(sequence=1), scan(sequence=2))

    with caplog.at_level(logging.ERROR):
        outcomes = Sweeper(replace(bench.intake, detectors=faulty)).sweep()

    assert [one.kind for one in outcomes] == ["kept", "done"]
    assert [path.name for path in waiting(bench.folder)] == ["s1-000001.arrow"]
    assert "ZeroDivisionError" in caplog.text
