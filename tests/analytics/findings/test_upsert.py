from __future__ import annotations

from sqlalchemy import Connection, select

from analytics.db import CHANGE, FINDING, FINDING_MOVE
from analytics.findings.checks import load_checks
from analytics.findings.finding import Sighting, load_policy
from analytics.findings.upsert import Upserted, upsert
from analytics.inventory.inventory import build
from tests.analytics_values import records, sighting
from tests.factories import at
from tests.intake_bench import site

INVENTORY = build([site()])


def store(connection: Connection, *seen: Sighting) -> Upserted:
    return upsert(connection, seen, INVENTORY, load_checks(), load_policy(), at(9999))


def test_a_finding_is_stored_with_the_words_of_its_check_and_the_unit_of_its_site() -> None:
    with records() as connection:
        assert store(connection, sighting()).opened == 1

        row = connection.execute(select(FINDING)).one()
        assert (row.state, row.severity, row.unit_id, row.county) == ("new", "high", "u-kd-003", "513301")
        assert row.title == load_checks()["exposure/git"].title
        assert connection.execute(select(CHANGE.c.topic)).all() == [("finding",)]


def test_clean_looks_close_it_with_a_line_of_history() -> None:
    with records() as connection:
        store(connection, sighting())
        for seconds in (60, 120):
            assert store(connection, sighting(present=False, at=at(seconds))).findings == ()
        store(connection, sighting(present=False, at=at(180)))

        assert connection.execute(select(FINDING.c.state, FINDING.c.clean_times)).all() == [("closed", 3)]
        moves = connection.execute(select(FINDING_MOVE.c.state_from, FINDING_MOVE.c.state_to, FINDING_MOVE.c.by)).all()
        assert moves == [("new", "closed", "gongga")]


def test_a_clean_look_at_what_was_never_seen_stores_nothing() -> None:
    with records() as connection:
        store(connection, sighting(present=False))

        assert connection.execute(select(FINDING)).all() == []


def test_a_site_that_is_not_in_the_inventory_gets_no_finding() -> None:
    with records() as connection:
        store(connection, sighting(site_id="nobody"))

        assert connection.execute(select(FINDING)).all() == []
