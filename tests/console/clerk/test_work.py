"""What the clerk works on."""

from __future__ import annotations

from datetime import timedelta

from analytics.jobs import Job
from console.clerk.work import Clerk
from tests.console.deskside import Table


def test_a_job_gets_the_clerk(table: Table) -> None:
    desk, seen = table.desk, []
    clerk = Clerk(desk.engine, desk.reads, desk.store, desk.data, desk.office, desk.clock)

    Job(timedelta(minutes=1), lambda given: seen.append(given.clock())).run(clerk)

    assert seen == [table.clock()]
