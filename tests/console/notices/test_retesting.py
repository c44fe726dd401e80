"""One order at a time, of exactly the finding."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from analytics.db import FINDING, RETEST
from analytics.lifecycle import Unknown
from console.notices.retesting import order_retest
from tests.console.deskdata import finding
from tests.console.deskside import Table
from tests.factories import NOON


def test_an_order_names_check_and_place_and_the_finding_waits_for_it(table: Table) -> None:
    one = finding(table.desk.engine, 1, state="rectifying", location="/upload/")
    with table.desk.engine.begin() as connection:
        order = order_retest(connection, one, "editor", NOON, "no-1")
        again = order_retest(connection, one, "owner", NOON, "no-1")
        row = connection.execute(select(RETEST)).one()
        state = connection.execute(select(FINDING.c.state)).scalar()

    assert order == again == row.id
    assert (row.site_id, row.check_id, row.location, row.state, row.ref) == (
        "kd-1",
        "check-1",
        "/upload/",
        "ordered",
        "no-1",
    )
    assert state == "retest"


def test_a_finding_nobody_was_told_of_is_only_looked_at_once_more(table: Table) -> None:
    one = finding(table.desk.engine, 1, state="confirmed")
    with table.desk.engine.begin() as connection:
        order_retest(connection, one, "lead", NOON, "run 1")
        assert connection.execute(select(FINDING.c.state)).scalar() == "confirmed"


def test_what_is_gone_or_unknown_is_not_tested(table: Table) -> None:
    one = finding(table.desk.engine, 1, state="closed")
    with table.desk.engine.begin() as connection:
        with pytest.raises(ValueError, match="nothing to test"):
            order_retest(connection, one, "lead", NOON, "x")
        with pytest.raises(Unknown):
            order_retest(connection, "fi-none", "lead", NOON, "x")
