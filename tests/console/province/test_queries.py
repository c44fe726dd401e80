"""What the link's pages show."""

from __future__ import annotations

from datetime import timedelta

from console.province.outbox import enqueue, give_up
from console.province.queries import deadline, link_view, messages, one_message, one_report, reports
from console.province.reporting import draft_report
from console.province.tables import OUTBOX
from console.response.clocks import meet_clock
from tests.console.deskdata import incident
from tests.console.deskside import Table, two_counties
from tests.console.province.test_use_cases import WANG, person
from tests.factories import at


def test_the_link_says_what_waits_and_since_when(table: Table) -> None:
    with table.desk.engine.begin() as connection:
        assert link_view(connection).oldest is None
        first = enqueue(connection, "event_report", {}, at=at(0), ref="x")
        enqueue(connection, "event_report", {}, at=at(60), ref="x")
        give_up(connection, first, "不再需要", at(70))
        view = link_view(connection)

    assert (view.backlog, view.oldest, view.dead) == (1, at(0) + timedelta(seconds=60), 1)


def test_a_county_sees_its_reports_and_not_the_queue(table: Table) -> None:
    two_counties(table)
    incident(table.desk.engine, 1)
    incident(table.desk.engine, 2, unit_id="U-2", county="513322")
    county = person("kd", counties=frozenset({"513301"}))
    with table.desk.engine.begin() as connection:
        for number in (1, 2):
            draft_report(connection, f"2026-000{number}", "first", "wang", at(0))
        message_id = enqueue(connection, "event_report", {}, at=at(0), ref="x")

        assert [row.incident_id for row in reports(connection, county)] == ["2026-0001"]
        assert len(reports(connection, WANG)) == 2
        assert messages(connection, county, OUTBOX) == ([], None)
        assert one_message(connection, county, message_id) is None
        assert one_message(connection, WANG, message_id) is not None


def test_a_draft_shows_the_duty_that_ends_first_until_it_is_met(table: Table) -> None:
    two_counties(table)
    incident(table.desk.engine, 1, ("R-LOC-1", at(14400)), ("I-PUSH", at(3600)), ("R-FIN", at(60)))
    with table.desk.engine.begin() as connection:
        drafted = draft_report(connection, "2026-0001", "first", "wang", at(0))
        row = one_report(connection, WANG, drafted)
        assert row is not None
        assert deadline(row) == ("I-PUSH", "I-PUSH", at(3600))
        meet_clock(connection, "2026-0001", "I-PUSH", at(10), "wang")
        meet_clock(connection, "2026-0001", "R-LOC-1", at(10), "wang")
        row = one_report(connection, WANG, drafted)
        assert row is not None
        assert deadline(row) is None
