"""A report as the province gets it."""

from __future__ import annotations

from console.office.settings import OfficeSettings
from console.papers.report_paper import report_paper
from console.province.queries import one_report
from console.province.report_body import paper_values, report_body
from console.province.reporting import draft_report
from tests.console.deskdata import incident
from tests.console.deskside import Table, two_counties
from tests.console.province.test_use_cases import WANG
from tests.factories import at


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
