"""Files of one dataset and day."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq

from analytics.store.days import Day, all_days, days_of
from tests.factories import at, batch


def test_a_day_knows_its_files_before_while_and_after_they_are_joined(tmp_path: Path) -> None:
    day = Day(tmp_path / "http" / "2026-11-23")
    for number in (1, 2, 3):
        day.add(
            f"s1-00000{number}", batch("http", {"event.id": f"s1-00000{number}-0", "@timestamp": at(-number)}).table
        )
    first = (day.folder / "s1-000001.parquet").read_bytes()

    assert day.join() == 2
    # A crash after the manifest and before the old files went leaves them beside it: they count no more.
    (day.folder / "s1-000001.parquet").write_bytes(first)

    assert [path.name for path in day.files()] == ["joined_1.parquet"]
    assert day.holds("s1-000002")
    assert not day.holds("s1-000009")
    rows = pq.ParquetFile(day.files()[0]).read().column("event.id").to_pylist()
    assert rows == ["s1-000003-0", "s1-000002-0", "s1-000001-0"]


def test_days_are_listed_oldest_first(tmp_path: Path) -> None:
    for name in ("2026-11-24", "2026-11-23"):
        Day(tmp_path / "dns" / name).add("s1-000001", batch("dns", {}).table)

    assert [day.name for day in days_of(tmp_path, "dns")] == ["2026-11-23", "2026-11-24"]
    assert [day.dataset for day in all_days(tmp_path)] == ["dns", "dns"]
    assert days_of(tmp_path, "flow") == []
