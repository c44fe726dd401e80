"""A worker killed by SIGKILL at any moment of intake loses nothing and doubles nothing."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from analytics.bootstrap import build_intake
from analytics.data_folder import DataFolder
from analytics.db import (
    ALERT,
    EVENT_HOUR,
    FINDING,
    INCIDENT,
    INCIDENT_ENTRY,
    INCIDENT_MEMBER,
    SEGMENT,
    SENSOR,
    SIGMA_HIT,
    database_url,
    open_database,
    reader,
)
from analytics.intake.intake import waiting
from analytics.intake.sweep import Sweeper
from analytics.store.parquet import ParquetStore
from sensors.contract.segment import write
from tests.factories import at
from tests.night import attack, installation, night

ROOT = Path(__file__).resolve().parents[3]
TIMES = 10
TABLES = (ALERT, FINDING, INCIDENT, INCIDENT_MEMBER, INCIDENT_ENTRY, EVENT_HOUR, SEGMENT, SENSOR, SIGMA_HIT)


def fill(root: Path) -> None:
    data, engine = installation(root)
    for one in night():
        write(one, data.inbox)
    (data.inbox / "s9-000001.arrow").write_bytes(b"no segment")
    engine.dispose()


def work(root: Path, last: int = 0) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tests.killed_worker", str(root), str(last)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def everything(root: Path) -> dict[str, list[dict[str, Any]]]:
    data = DataFolder(root)
    engine = open_database(database_url(root))
    with reader(engine).connect() as connection:
        kept = {
            table.name: sorted((dict(row) for row in connection.execute(select(table)).mappings()), key=str)
            for table in TABLES
        }
    engine.dispose()
    kept["events"] = stored_events(root)
    kept["quarantine"] = [{"name": path.name} for path in sorted(data.quarantine.glob("*.arrow"))]
    assert waiting(data) == []
    return kept


def stored_events(root: Path) -> list[dict[str, Any]]:
    store = ParquetStore(root / "events")
    found = [
        row
        for dataset in ("http", "flow", "probe.content")
        for table in store.scan(dataset, at(-86400), at(86400), columns=("event.id", "gongga.site.id"))
        for row in table.to_pylist()
    ]
    return sorted(found, key=str)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[int, dict[str, list[dict[str, Any]]]]:
    root = tmp_path_factory.mktemp("undisturbed")
    fill(root)
    ran = work(root)
    assert ran.returncode == 0, ran.stderr
    return int(ran.stdout.split()[-1]), everything(root)


@pytest.mark.parametrize("part", range(TIMES))
def test_a_worker_killed_at_any_moment_leaves_the_same_as_one_that_was_not(
    part: int, undisturbed: tuple[int, dict[str, list[dict[str, Any]]]], tmp_path: Path
) -> None:
    moments, expected = undisturbed
    fill(tmp_path)
    # A list that is read again after a while makes a slow run a few moments longer than a quick one.
    sure = moments * 19 // 20

    killed = work(tmp_path, 1 + (sure - 1) * part // (TIMES - 1))
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    intake = build_intake(DataFolder(tmp_path), clock=lambda: at(3600))
    Sweeper(intake).sweep()
    intake.engine.dispose()

    assert everything(tmp_path) == expected


def test_the_undisturbed_night_is_worth_comparing_with(
    undisturbed: tuple[int, dict[str, list[dict[str, Any]]]],
) -> None:
    moments, kept = undisturbed

    assert moments > 300
    assert len(kept["events"]) == len({row["event.id"] for row in kept["events"]}) == len(attack()) + 82 + 3
    (incident,) = kept["incident"]
    assert incident["class_code"] == "02.09"
    assert len([alert for alert in kept["alert"] if alert["incident_id"] == incident["id"]]) >= 6
    assert kept["sigma_hit"]
    assert len(kept["quarantine"]) == 1
