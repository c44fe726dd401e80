"""What people do to incidents, without a browser."""

from __future__ import annotations

from pathlib import Path

import pytest

from analytics.lifecycle import Unknown
from console.accounts.viewer import Viewer
from console.incidents.use_cases import assign, note
from tests.console.deskdata import incident
from tests.console.deskside import table_in


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
