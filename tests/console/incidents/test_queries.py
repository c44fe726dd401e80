"""Pages of incidents."""

from __future__ import annotations

from pathlib import Path

from console.accounts.viewer import Viewer
from console.incidents.queries import PAGE, Filter, incidents
from tests.console.deskdata import incident
from tests.console.deskside import table_in


def viewer() -> Viewer:
    return Viewer("a", "lead", "组长", frozenset({"lead"}), None, None, "zh", "token")


def test_pages_visit_every_incident_once(tmp_path: Path) -> None:
    table = table_in(tmp_path)
    names = [f"2026-{number:04d}" for number in range(1, PAGE + 12)]
    for number, name in enumerate(names):
        incident(table.desk.engine, number, id=name, state="open")

    seen: list[str] = []
    before = ""
    with table.desk.reads.connect() as connection:
        while True:
            rows, after = incidents(connection, viewer(), Filter(before=before))
            seen += [row.id for row in rows]
            if after is None:
                break
            before = after

    assert seen == sorted(names, reverse=True)
