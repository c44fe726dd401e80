"""The sensor's state outlives the sensor."""

from __future__ import annotations

from pathlib import Path

from sensors.probe.store import memory_state, open_state


def test_state_is_kept_in_its_folder(tmp_path: Path) -> None:
    first = open_state(tmp_path / "state")
    first.execute("insert into retest (site, check_id, location, ordered_at) values ('s', 'c', '/', 1)")
    first.close()
    second = open_state(tmp_path / "state")

    assert second.execute("select site from retest").fetchone()["site"] == "s"
    second.close()


def test_state_in_memory_has_the_same_tables(tmp_path: Path) -> None:
    tables = "select name from sqlite_master where type = 'table' order by name"
    kept, passing = open_state(tmp_path), memory_state()

    assert [tuple(row) for row in kept.execute(tables)] == [tuple(row) for row in passing.execute(tables)]
    kept.close()
    passing.close()
