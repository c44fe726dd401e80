"""The clerk's part in call-outs."""

from __future__ import annotations

from sqlalchemy import select

from console.clerk.jobs import JOBS
from console.response.level_jobs import follow_calls
from console.response.level_tables import CALLOUT
from console.response.levels import decide
from tests.console.deskdata import incident
from tests.console.deskside import Table, two_counties
from tests.console.response.test_callouts import clerk
from tests.console.response.test_levels import LEAD, START


def test_running_it_again_after_a_stop_calls_nobody_twice(table: Table) -> None:
    two_counties(table)
    table.account("lead")
    decide(table.desk, LEAD, incident(table.desk.engine, 1), START)
    table.clock.pass_by(minutes=20)
    for _ in range(3):
        follow_calls(clerk(table))

    with table.desk.reads.begin() as connection:
        rows = connection.execute(select(CALLOUT.c.slot, CALLOUT.c.place)).all()
    assert len(rows) == len(set(rows))
    assert JOBS["follow_calls"].run is follow_calls
