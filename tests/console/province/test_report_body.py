"""A report as the province gets it."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import insert, update

from console.office.settings import OfficeSettings
from console.papers.report_paper import report_paper
from console.province.queries import one_report
from console.province.report_body import paper_values, report_body
from console.province.reporting import draft_report
from console.province.tables import REPORT, REPORT_RELEASE
from tests.console.deskdata import incident
from tests.console.deskside import Table, two_counties
from tests.console.province.test_use_cases import WANG
from tests.factories import at

# Past midnight in China, the day before in UTC.
NIGHT = datetime(2026, 11, 23, 17, 30, tzinfo=UTC)


def test_the_body_names_unit_system_times_and_what_was_said(table: Table) -> None:
    two_counties(table)
    incident(table.desk.engine, 1)
    with table.desk.engine.begin() as connection:
        row = one_report(connection, WANG, draft_report(connection, "2026-0001", "first", "wang", at(0)))
        assert row is not None
        body = report_body(connection, row, ["wang", "li"], OfficeSettings(), at(60))
        values = paper_values(connection, row, OfficeSettings(), at(60), None)

    assert (body["report_no"], body["kind_name"], body["unit"]["region"]) == ("RP-2026-0001", "初报", "513301")
    assert body["system"]["url"] == "http://kd-1.example/"
    assert [item["key"] for item in body["items"]] == ["unit", "event"]
    assert body["reported_at"] == "2026-11-23T12:01:00+00:00"
    assert report_paper(values)
    assert (values.signer, str(values.on)) == ("（待签发）", "2026-11-23")


def test_the_paper_is_signed_by_who_released_it_last_and_dated_in_china(table: Table) -> None:
    two_counties(table)
    incident(table.desk.engine, 1)
    table.account("commander", login="li")
    with table.desk.engine.begin() as connection:
        made = draft_report(connection, "2026-0001", "first", "wang", at(0))
        for by in ("wang", "li"):
            connection.execute(insert(REPORT_RELEASE).values(report_id=made, version=1, by=by, at=NIGHT, reason="同意"))
        connection.execute(update(REPORT).where(REPORT.c.id == made).values(state="released", released_at=NIGHT))
        row = one_report(connection, WANG, made)
        assert row is not None
        values = paper_values(connection, row, OfficeSettings(), NIGHT, None)

    assert (values.signer, str(values.on)) == ("测试li", "2026-11-24")
