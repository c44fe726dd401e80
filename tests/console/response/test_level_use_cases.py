"""What people do around a response."""

from __future__ import annotations

from importlib.resources import files

import pytest
from sqlalchemy import select

from analytics.lifecycle import Unknown
from console.audit.tables import AUDIT_ENTRY
from console.response.level_tables import TICK
from console.response.level_use_cases import called_by, tick
from tests.console.deskdata import incident
from tests.console.deskside import Table, two_counties
from tests.console.response.test_levels import LEAD


def test_a_stage_is_ticked_off_once(table: Table) -> None:
    two_counties(table)
    folder = table.desk.data.root / "mechanism"
    folder.mkdir()
    (folder / "c.yml").write_bytes((files("playbooks") / "mechanism" / "reading-c.yml").read_bytes())
    number = incident(table.desk.engine, 1)
    tick(table.desk, LEAD, number, "stage/grade")
    tick(table.desk, LEAD, number, "stage/grade")

    with table.desk.reads.begin() as connection:
        assert [(row.ref, row.slot, row.by) for row in connection.execute(select(TICK))] == [
            (number, "stage/grade", "lead")
        ]
        assert connection.execute(select(AUDIT_ENTRY.c.action)).scalars().all() == ["mechanism.tick"]
    with pytest.raises(Unknown, match="stage stage/none"):
        tick(table.desk, LEAD, number, "stage/none")


def test_a_link_that_is_none_belongs_to_nothing(table: Table) -> None:
    with table.desk.reads.begin() as connection:
        for token in ("", "x", "x" * 32, "x" * 5000):
            assert called_by(connection, token) is None
