"""What people do to incidents, without a browser."""

from __future__ import annotations

from pathlib import Path

import pytest

from analytics.lifecycle import Unknown
from console.accounts.viewer import Viewer
from console.incidents.use_cases import assign, move, note
from tests.console.deskdata import incident
from tests.console.deskside import table_in
from tests.console.playbooks import book, end, manual
from tests.console.response.runside import run_of, start, steps_of


def test_nobody_works_on_an_incident_outside_his_scope(tmp_path: Path) -> None:
    table = table_in(tmp_path)
    incident(table.desk.engine, 1, id="2026-0001", county="513301")
    stranger = Viewer("a", "x", "x", frozenset({"county"}), frozenset({"513322"}), frozenset(), "zh", "t")

    for act in (
        lambda: assign(table.desk, stranger, "2026-0001"),
        lambda: note(table.desk, stranger, "2026-0001", "x"),
    ):
        with pytest.raises(Unknown):
            act()


def test_closing_an_incident_stops_what_runs_for_it(tmp_path: Path) -> None:
    table = table_in(tmp_path)
    number = incident(table.desk.engine, 1, state="handling")
    run_id = start(table, book({"a": manual("e", {"role": "analyst"}), "e": end()}), number)
    lead = Viewer("a", "lead", "lead", frozenset({"lead"}), None, None, "zh", "t")

    move(table.desk, lead, number, "closed", "已恢复", 1)

    assert run_of(table, run_id).state == "cancelled"
    assert steps_of(table, run_id)["a"].state == "cancelled"
