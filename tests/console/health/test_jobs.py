"""When jobs were last done."""

from __future__ import annotations

from pathlib import Path

from console.health.jobs import jobs_done
from tests.console.deskside import Table
from tests.factories import NOON


def test_jobs_are_shown_with_their_words_and_last_time(table: Table) -> None:
    (table.desk.data.root / "jobs.json").write_text(
        '{"fit": "2026-11-23T12:00:00.000000Z", "new": "2026-11-23T11:00:00Z"}'
    )
    seat = table.seat("analyst")

    jobs = jobs_done(table.desk.data.root / "jobs.json")

    assert [(job.name, job.done_at == NOON) for job in jobs] == [("fit", True), ("new", False)]
    assert "重新学习各网站的常态" in seat.get("/health").text
    assert seat.get("/api/v1/health").json()["jobs"]["fit"] == "2026-11-23T12:00:00+00:00"


def test_a_diary_that_cannot_be_read_is_no_diary(tmp_path: Path) -> None:
    assert jobs_done(tmp_path / "none.json") == []
    for number, text in enumerate(("{", "[1]", '{"fit": 7}', '{"fit": "soon"}')):
        path = tmp_path / f"{number}.json"
        path.write_text(text)
        assert jobs_done(path) == []
