"""The panel on an incident's page."""

from __future__ import annotations

from sqlalchemy import select

from analytics.db import INCIDENT
from console.incidents.panels import PANELS
from console.province.panel import panel
from console.province.reporting import draft_report
from tests.console.deskdata import incident
from tests.console.deskside import Table
from tests.console.province.test_use_cases import WANG, person
from tests.factories import at


def test_a_first_report_is_offered_first_and_others_after_it(table: Table) -> None:
    incident(table.desk.engine, 1)
    with table.desk.engine.begin() as connection:
        row = connection.execute(select(INCIDENT)).one()
        before = panel(connection, WANG, row, at(0))
        draft_report(connection, "2026-0001", "first", "wang", at(0))
        after = panel(connection, WANG, row, at(0))
        nobody = panel(connection, person("owner", "owner"), row, at(0))

    assert panel in PANELS
    assert before is not None
    assert after is not None
    assert (before.values["offered"], after.values["offered"]) == (["first"], ["follow_up", "final"])
    assert nobody is None
