"""A worker killed by SIGKILL at any moment of intake loses nothing and doubles nothing."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from analytics.db import ALERT, EVENT_HOUR, FINDING, INCIDENT, INCIDENT_ENTRY, INCIDENT_MEMBER, SEGMENT, SENSOR
from analytics.intake.intake import waiting
from analytics.store.parquet import ParquetStore
from sensors.contract.segment import Segment
from tests.factories import at
from tests.intake_bench import look, open_bench, scan

ROOT = Path(__file__).resolve().parents[3]
TIMES = 10


def night() -> Iterator[Segment]:
    """A scan in two segments, a weakness, and the home page replaced."""
    yield scan(sequence=1)
    yield scan(sequence=2, start=600)
    yield look("fail", 1, 30, "content/footer-mark-missing")
    yield look("pass", 2, 60)
    yield look("fail", 3, 360)


def fill(root: Path) -> None:
    bench = open_bench(root, ParquetStore(root / "events"))
    bench.put(*night())
    (bench.folder.inbox / "s9-000001.arrow").write_bytes(b"no segment")
    bench.engine.dispose()


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
    bench = open_bench(root, ParquetStore(root / "events"))
    kept = {
        table.name: sorted(bench.rows(table), key=str)
        for table in (ALERT, FINDING, INCIDENT, INCIDENT_MEMBER, INCIDENT_ENTRY, EVENT_HOUR, SEGMENT, SENSOR)
    }
    kept["events"] = stored_events(root)
    kept["quarantine"] = [{"name": path.name} for path in sorted(bench.folder.quarantine.glob("*.arrow"))]
    assert waiting(bench.folder) == []
    bench.engine.dispose()
    return kept


def stored_events(root: Path) -> list[dict[str, Any]]:
    store = ParquetStore(root / "events")
    found = [
        row
        for dataset in ("http", "probe.content")
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

    killed = work(tmp_path, 1 + (moments - 1) * part // (TIMES - 1))
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    finished = work(tmp_path)

    assert finished.returncode == 0, finished.stderr
    assert everything(tmp_path) == expected


def test_the_undisturbed_night_is_worth_comparing_with(
    undisturbed: tuple[int, dict[str, list[dict[str, Any]]]],
) -> None:
    moments, kept = undisturbed

    assert moments > 100
    assert len(kept["events"]) == len({row["event.id"] for row in kept["events"]}) == 9
    assert [row["count"] for row in kept["alert"] if row["rule_id"] == "missing"] == [6]
    assert [row["class_code"] for row in kept["incident"]] == ["02.09"]
    assert len(kept["quarantine"]) == 1
