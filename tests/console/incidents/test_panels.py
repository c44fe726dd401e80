"""What other features put onto an incident's page."""

from __future__ import annotations

import pytest

from console.incidents import panels as module
from console.incidents.panels import Panel, panels
from tests.console.deskside import Table
from tests.factories import at


def test_a_feature_with_nothing_to_show_leaves_no_panel(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PANELS", (lambda *_: None, lambda *_: Panel("x/panel.html")))

    with table.desk.reads.begin() as connection:
        assert panels(connection, None, None, at(0)) == [Panel("x/panel.html")]  # type: ignore[arg-type]
