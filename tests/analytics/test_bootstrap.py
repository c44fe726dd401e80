"""The night of the lab's story, taken in by the real detectors over the real store."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, insert, select

from analytics.bootstrap import build_intake, rule_folders, run_worker
from analytics.data_folder import DataFolder
from analytics.db import ALERT, INCIDENT, METADATA, SEGMENT, SITE, UNIT, database_url, open_database, reader
from analytics.intake.ingest import ingest_batches
from analytics.intake.sweep import Sweeper
from analytics.inventory.inventory import load
from sensors.contract.segment import write
from tests.factories import at, batch, segment
from tests.intake_bench import look

ATTACKER = "203.0.113.77"
CONTROLLER = "198.51.100.23"
GATEWAY = "10.0.0.1"


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[tuple[DataFolder, Engine]]:
    data = DataFolder(tmp_path).prepare()
    engine = open_database(database_url(data.root))
    METADATA.create_all(engine)
    with engine.begin() as connection:
        connection.execute(insert(UNIT).values(id="u1", name="康定市示例局", county="513301", kind="党政机关"))
        connection.execute(
            insert(SITE).values(
                id="kd-003",
                unit_id="u1",
                name="康定市示例局",
                url="http://www.kd3.lab/",
                hosts=["www.kd3.lab"],
                addresses=["10.0.3.17"],
                ports=[80],
                rank="部门",
                protection_level=2,
                is_cii=False,
                active=True,
            )
        )
    yield data, engine
    engine.dispose()


def asked(seconds: float, target: str, status: int, method: str = "GET") -> dict[str, Any]:
    path, _, query = target.partition("?")
    return {
        "@timestamp": at(seconds),
        "source.ip": ATTACKER,
        "destination.ip": "10.0.3.17",
        "destination.port": 80,
        "url.domain": "www.kd3.lab",
        "url.original": target,
        "url.path": path,
        "url.query": query or None,
        "http.request.method": method,
        "http.response.status_code": status,
        "user_agent.original": "python-requests/2.32",
    }


def attack() -> list[dict[str, Any]]:
    rows = [asked(3 * number, f"/admin/{number}.bak", 404) for number in range(150)]
    rows.append(asked(500, "/list.jsp?id=7%27%20UNION%20SELECT%20username,password%20FROM%20users--", 500))
    rows.append(asked(560, "/upload/save.do", 200, "POST"))
    return rows + [asked(600 + 50 * number, "/upload/2026/x.jsp", 200) for number in range(17)]


def connected(seconds: float, source: str, destination: str) -> dict[str, Any]:
    return {
        "@timestamp": at(seconds),
        "source.ip": source,
        "destination.ip": destination,
        "destination.port": 443,
        "network.transport": "tcp",
        "destination.packets": 4,
    }


def test_the_night_becomes_one_incident_without_the_gateways_traffic(installation: tuple[DataFolder, Engine]) -> None:
    data, engine = installation
    intake = build_intake(data, clock=lambda: at(3600))
    beacon = [connected(600 + 60 * number, "10.0.3.17", CONTROLLER) for number in range(41)]
    backup = [connected(600 + 60 * number, GATEWAY, "198.51.100.200") for number in range(41)]
    rows = attack()
    for number, part in enumerate((rows[:80], rows[80:160], rows[160:])):
        write(segment("http", *part, sequence=number), data.inbox)
    write(segment("flow", *beacon, *backup, sequence=3), data.inbox)
    write(look("pass", 1, 1700), data.inbox)
    write(look("fail", 2, 2000), data.inbox)

    assert {outcome.kind for outcome in Sweeper(intake).sweep()} == {"done"}

    with engine.connect() as connection:
        incidents = connection.execute(select(INCIDENT)).all()
        told = connection.execute(select(ALERT)).all()
    assert [(one.class_code, one.site_id) for one in incidents] == [("02.09", "kd-003")]
    joined = [alert for alert in told if alert.incident_id == incidents[0].id]
    titles = "\n".join(alert.title for alert in joined)
    for word in ("150", "/upload/", "首页", CONTROLLER):
        assert word in titles, titles
    assert {alert.site_id for alert in joined} == {"kd-003"}
    assert {"reconnaissance", "initial-access", "command-and-control", "impact"} <= set(incidents[0].stages)
    assert incidents[0].grading["spells"]["tamper_illegal"]["good"] == "2026-11-23T12:28:20.000000Z"


def test_a_log_that_is_ingested_meets_the_same_rules(installation: tuple[DataFolder, Engine]) -> None:
    data, engine = installation
    intake = build_intake(data, clock=lambda: at(3600))
    lines = [{name: value for name, value in row.items() if not name.startswith("destination")} for row in attack()]

    done = ingest_batches([batch("log.web", *lines)], intake)

    assert done.rows == len(lines)
    with engine.connect() as connection:
        assert {row.site_id for row in connection.execute(select(ALERT))} == {"kd-003"}


def test_a_worker_works_until_it_is_stopped(installation: tuple[DataFolder, Engine]) -> None:
    data, engine = installation
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


def test_the_inventory_is_read_anew_for_each_segment(installation: tuple[DataFolder, Engine]) -> None:
    data, engine = installation
    intake = build_intake(data, clock=lambda: at(0) + timedelta(hours=1))

    with engine.connect() as connection:
        assert set(intake.inventory(connection).sites) == set(load(connection).sites) == {"kd-003"}
