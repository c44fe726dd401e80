from __future__ import annotations

import logging
import os
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from dramatiq.brokers.stub import StubBroker

from analytics.db import ALERT
from analytics.intake.hits import PendingHits
from analytics.intake.intake import Detector, waiting
from analytics.intake.sweep import Sweeper
from analytics.jobs import JOBS, Diary, Job, Scheduler, Work, open_broker, prune
from tests.factories import at
from tests.intake_bench import Bench, Shelf, open_bench, scan

HOURLY = Job(timedelta(hours=1), prune)


@dataclass(slots=True)
class Looked:
    """A store that only notes how it was looked after."""

    calls: list[str] = field(default_factory=list)

    def compact(self) -> int:
        self.calls.append("compact")
        return 0

    def expire(self, before: datetime) -> int:
        self.calls.append(f"expire {before.date()}")
        return 0


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    opened = open_bench(tmp_path, Shelf())
    yield opened
    opened.engine.dispose()


def work_on(bench: Bench, store: Looked | None = None) -> Work:
    return Work(
        data=bench.folder,
        engine=bench.engine,
        store=store or Looked(),
        sweeper=Sweeper(bench.intake),
        fit=lambda now: None,
        roll_up=lambda now: None,
        tally=lambda now: None,
        hits_kept=timedelta(hours=1),
        clock=lambda: at(0),
        stopped=lambda: False,
    )


def scheduler(bench: Bench, work: Work | None = None) -> Scheduler[Work]:
    return Scheduler(work or work_on(bench), StubBroker(middleware=[]), Diary(bench.folder.root / "jobs.json"), JOBS)


def test_a_worker_takes_what_waits_in_the_inbox(bench: Bench) -> None:
    stop, looked_at = threading.Event(), threading.Event()

    def detectors(hits: PendingHits) -> Sequence[Detector]:
        looked_at.set()
        return bench.intake.detectors(hits)

    bench.put(scan())
    sweeper = Sweeper(replace(bench.intake, detectors=detectors))
    work = replace(work_on(bench), clock=lambda: datetime.now(UTC), sweeper=sweeper)
    thread = threading.Thread(target=scheduler(bench, work).run, args=(stop,))
    thread.start()
    try:
        assert looked_at.wait(30)
    finally:
        stop.set()
        thread.join(30)

    assert not thread.is_alive()
    assert waiting(bench.folder) == []
    assert [row["count"] for row in bench.rows(ALERT)] == [3]


def test_a_job_is_due_at_first_after_its_period_and_when_the_clock_was_set_back(tmp_path: Path) -> None:
    diary = Diary(tmp_path / "jobs.json")
    diary.read()

    assert diary.due("prune", HOURLY, at(0))
    diary.note("prune", HOURLY, at(0))
    assert not diary.due("prune", HOURLY, at(3599))
    assert diary.due("prune", HOURLY, at(3600))
    assert diary.due("prune", HOURLY, at(-1))


def test_a_job_that_is_not_at_once_waits_for_its_first_period(tmp_path: Path) -> None:
    diary = Diary(tmp_path / "jobs.json")
    job = replace(HOURLY, at_once=False)

    assert not diary.due("compact", job, at(0))
    assert diary.due("compact", job, at(3600))


def test_a_restart_neither_forgets_nor_repeats(tmp_path: Path) -> None:
    diary = Diary(tmp_path / "jobs.json")
    diary.note("prune", JOBS["prune"], at(0))

    again = Diary(tmp_path / "jobs.json")
    again.read()

    assert not again.due("prune", JOBS["prune"], at(60))
    assert again.due("expire", JOBS["expire"], at(60))


@pytest.mark.parametrize("content", ["", "[]", "{", '{"prune": 3}', '{"prune": "soon"}'])
def test_a_damaged_diary_makes_every_job_due(tmp_path: Path, content: str) -> None:
    (tmp_path / "jobs.json").write_text(content)
    diary = Diary(tmp_path / "jobs.json")

    diary.read()

    assert diary.due("prune", HOURLY, at(0))


def test_a_job_under_way_is_not_sent_again_unless_it_seems_lost(bench: Bench) -> None:
    one = scheduler(bench)

    assert set(one.departing(at(0))) == {name for name, job in JOBS.items() if job.at_once}
    assert "take" not in one.departing(at(1))
    assert "take" in one.departing(at(3700))


def test_a_failing_job_is_logged_and_stops_nothing(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    def broken(now: datetime) -> None:
        raise OSError("no models folder")

    one = scheduler(bench, replace(work_on(bench), fit=broken))

    with caplog.at_level(logging.ERROR):
        one.perform("fit")
        one.perform("unheard of")

    assert "no models folder" in caplog.text
    assert "there is no job 'unheard of'" in caplog.text


@pytest.mark.parametrize("name", sorted(JOBS))
def test_every_job_runs_on_an_empty_installation(bench: Bench, name: str) -> None:
    store = Looked()

    JOBS[name].run(work_on(bench, store))

    assert store.calls == {"compact": ["compact"], "expire": ["expire 2025-11-23"]}.get(name, [])


def test_parts_of_files_whose_writer_died_are_cleared_after_a_day(bench: Bench) -> None:
    old, new = (bench.folder.inbox / f".s1-00000{number}.arrow.77.part" for number in (1, 2))
    for path, seconds in ((old, -90_000), (new, -60)):
        path.write_bytes(b"half")
        os.utime(path, (at(seconds).timestamp(),) * 2)

    prune(work_on(bench))

    assert (old.exists(), new.exists()) == (False, True)


def test_a_broker_is_chosen_by_its_address() -> None:
    assert isinstance(open_broker(None), StubBroker)
    with pytest.raises(ValueError, match="redis://HOST"):
        open_broker("kafka://localhost")
