"""The night of the lab's story, taken in by the real detectors over the real store."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from analytics.bootstrap import build_intake, rule_folders, run_worker
from analytics.data_folder import DataFolder
from analytics.db import ALERT, INCIDENT, SEGMENT, reader
from analytics.intake.ingest import ingest_batches
from analytics.intake.sweep import Sweeper
from analytics.inventory.inventory import load
from sensors.contract.segment import write
from tests.factories import at, batch, segment
from tests.night import CONTROLLER, SCANNED, attack, installation, night


@pytest.fixture
def installed(tmp_path: Path) -> Iterator[tuple[DataFolder, Engine]]:
    data, engine = installation(tmp_path)
    yield data, engine
    engine.dispose()


def test_the_night_becomes_one_incident_without_the_gateways_traffic(installed: tuple[DataFolder, Engine]) -> None:
    data, engine = installed
    intake = build_intake(data, clock=lambda: at(3600))
    for one in night():
        write(one, data.inbox)

    assert {outcome.kind for outcome in Sweeper(intake).sweep()} == {"done"}

    with engine.connect() as connection:
        incidents = connection.execute(select(INCIDENT)).all()
        told = connection.execute(select(ALERT)).all()
    assert [(one.class_code, one.site_id) for one in incidents] == [("02.09", "kd-003")]
    joined = [alert for alert in told if alert.incident_id == incidents[0].id]
    titles = "\n".join(alert.title for alert in joined)
    for word in (str(SCANNED), "/upload/", "首页", CONTROLLER):
        assert word in titles, titles
    assert {alert.site_id for alert in joined} == {"kd-003"}
    assert {"reconnaissance", "initial-access", "command-and-control", "impact"} <= set(incidents[0].stages)
    assert incidents[0].grading["spells"]["tamper_illegal"]["good"] == "2026-11-23T12:28:20.000000Z"


def test_a_log_that_is_ingested_meets_the_same_rules(installed: tuple[DataFolder, Engine]) -> None:
    data, engine = installed
    intake = build_intake(data, clock=lambda: at(3600))
    lines = [{name: value for name, value in row.items() if not name.startswith("destination")} for row in attack()]

    done = ingest_batches([batch("log.web", *lines)], intake)

    assert done.rows == len(lines)
    with engine.connect() as connection:
        assert {row.site_id for row in connection.execute(select(ALERT))} == {"kd-003"}


def test_a_worker_works_until_it_is_stopped(installed: tuple[DataFolder, Engine]) -> None:
    data, engine = installed
    write(segment("http", *attack()[:3]), data.inbox)
    stop, seen = threading.Event(), threading.Event()

    def clock() -> datetime:
        with reader(engine).connect() as connection:
            if connection.execute(select(SEGMENT.c.id)).first() is not None:
                seen.set()
        return at(3600)

    worker = threading.Thread(target=run_worker, args=(data, stop), kwargs={"clock": clock})
    worker.start()
    try:
        assert seen.wait(60)
    finally:
        stop.set()
        worker.join(60)

    assert not worker.is_alive()
    assert list(data.inbox.glob("*.arrow")) == []


def test_rules_come_from_the_shipped_folders_and_the_offices_own(tmp_path: Path) -> None:
    folders = rule_folders(DataFolder(tmp_path))

    assert [folder.name for folder in folders] == ["sigma", "correlation", "rules"]
    assert all(folder.is_dir() for folder in folders[:2])


def test_the_inventory_is_read_anew_for_each_segment(installed: tuple[DataFolder, Engine]) -> None:
    data, engine = installed
    intake = build_intake(data, clock=lambda: at(0) + timedelta(hours=1))

    with engine.connect() as connection:
        assert set(intake.inventory(connection).sites) == set(load(connection).sites) == {"kd-003"}
