"""Putting analytics together: the records, the event store, the detectors, the jobs."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Final

from sqlalchemy import Engine

from analytics.correlation.correlate import Correlator
from analytics.correlation.policy import load_policy
from analytics.correlation.stored_looks import StoredLooks
from analytics.data_folder import DataFolder
from analytics.db import database_url, open_database, reader
from analytics.grading.tables import load_tables
from analytics.intake.hits import PendingHits
from analytics.intake.intake import Detector, Intake
from analytics.intake.sweep import Sweeper
from analytics.intel.detect import WatchlistDetector
from analytics.intel.policy import load_policy as load_intelligence_policy
from analytics.intel.records import WatchShelf
from analytics.inventory.inventory import load
from analytics.jobs import JOBS, Diary, Scheduler, Work, open_broker
from analytics.ml.detect import HttpProfileDetector
from analytics.ml.fit import fit_all
from analytics.ml.learn import LearningSettings
from analytics.ml.shelf import Shelf
from analytics.posture.roll_up import roll_up
from analytics.posture.tally import tally
from analytics.sigma.detect import SigmaDetector
from analytics.sigma.ruleset import Ruleset
from analytics.store.parquet import ParquetStore

# Segments of a sensor that was cut off still meet the hits they belong with, for so long.
LATE: Final = timedelta(hours=6)


def now() -> datetime:
    """The clock on the wall."""
    return datetime.now(UTC)


def rule_folders(data: DataFolder) -> list[Path]:
    """The folders that rules are loaded from: the shipped ones, then the office's own."""
    shipped = Path(str(files("rules")))
    return [shipped / "sigma", shipped / "correlation", data.rules]


def build_intake(data: DataFolder, url: str | None = None, clock: Callable[[], datetime] = now) -> Intake:
    """Intake over a data folder whose records are up to date."""
    engine = open_database(url or database_url(data.root))
    return intake_over(data, engine, ParquetStore(data.events), Ruleset.load(rule_folders(data)), clock)


def intake_over(
    data: DataFolder, engine: Engine, store: ParquetStore, ruleset: Ruleset, clock: Callable[[], datetime]
) -> Intake:
    """Intake with every detector there is."""
    profiles = HttpProfileDetector(Shelf(reader(engine), data.models).profiles)
    watchlist = WatchlistDetector(WatchShelf(reader(engine), clock).current, load_intelligence_policy())

    def detectors(hits: PendingHits) -> tuple[Detector, ...]:
        return SigmaDetector(ruleset, hits), profiles, watchlist

    return Intake(
        engine=engine,
        store=store,
        detectors=detectors,
        inventory=load,
        folder=data,
        clock=clock,
        correlator=Correlator(load_policy(), load_tables(), StoredLooks(store)),
    )


def run_worker(
    data: DataFolder,
    stop: threading.Event,
    url: str | None = None,
    broker: str | None = None,
    clock: Callable[[], datetime] = now,
) -> None:
    """Take segments and run the jobs until `stop`; `broker` is `redis://…`, `amqp://…`, or none for this process."""
    engine = open_database(url or database_url(data.root))
    store = ParquetStore(data.events)
    ruleset = Ruleset.load(rule_folders(data))
    longest = max((rule.timespan for rule in ruleset.correlations), default=timedelta())
    work = Work(
        data=data,
        engine=engine,
        store=store,
        sweeper=Sweeper(intake_over(data, engine, store, ruleset, clock)),
        fit=lambda at: fit_all(engine, store, data.models, at, LearningSettings()),
        roll_up=lambda at: roll_up(engine, store, at),
        tally=lambda at: tally(engine, at),
        hits_kept=longest + LATE,
        clock=clock,
        stopped=stop.is_set,
    )
    try:
        Scheduler(work, open_broker(broker), Diary(data.root / "jobs.json"), JOBS).run(stop)
    finally:
        engine.dispose()
