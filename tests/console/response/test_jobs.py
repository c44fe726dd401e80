"""The clerk's part in playbooks."""

from __future__ import annotations

from console.clerk.jobs import JOBS
from console.clerk.work import Clerk
from console.office.settings import OfficeSettings
from console.response.jobs import carry_runs
from tests.console.deskside import Table
from tests.console.playbooks import book, end, own
from tests.console.response.runside import run_of, start


def test_the_clerk_carries_runs_on(table: Table) -> None:
    run_id = start(table, book({"n": own("notify", "e", command={"to": "support", "subject": "x"}), "e": end()}))
    desk = table.desk

    carry_runs(Clerk(desk.engine, desk.reads, desk.store, desk.data, OfficeSettings(), table.clock))

    assert run_of(table, run_id).state == "succeeded"
    assert JOBS["runs"].run is carry_runs
