"""A draft says what it rests on and goes to one unit, or names nobody."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, select

from analytics.db import INCIDENT_MEMBER
from analytics.lifecycle import Unknown
from console.audit.tables import AUDIT_ENTRY
from console.exercise.state import start
from console.notices.drafting import draft_for_findings, draft_for_incident
from console.notices.records import findings_of, get, recipients_of
from tests.console.deskdata import finding, incident
from tests.console.deskside import Table, two_counties
from tests.factories import NOON


def test_a_draft_about_findings_of_one_unit_names_it_its_weaknesses_and_its_terms(table: Table) -> None:
    two_counties(table)
    table.account("editor")
    ids = [
        finding(table.desk.engine, 1, severity="high", check_id="tls/absent", key="a"),
        finding(table.desk.engine, 2),
    ]
    with table.desk.engine.begin() as connection:
        notice = get(connection, draft_for_findings(connection, "hazard", ids, "editor", NOON))
        listed = findings_of(connection, notice.id)
        to = recipients_of(connection, notice.id)
        audited = connection.execute(select(AUDIT_ENTRY.c.action)).scalars().all()

    assert (notice.state, notice.severity, notice.unit_id, notice.county, notice.site_id) == (
        *("draft", "high", "U-1", "513301"),
        "kd-1",
    )
    assert notice.number is None
    assert "U-1 示例局" in notice.title
    assert "【整改时限】" in notice.text
    assert "HTTPS" in notice.advice
    assert [one.snapshot["title"] for one in listed] == ["隐患1", "隐患2"]
    assert [one.unit_id for one in to] == ["U-1"]
    assert notice.authors == ["ac-editor"]
    assert audited == ["notice.draft"]


def test_findings_of_two_units_are_not_one_notice(table: Table) -> None:
    two_counties(table)
    ids = [finding(table.desk.engine, 1), finding(table.desk.engine, 2, unit_id="U-2", site_id="ld-1")]

    with pytest.raises(ValueError, match="draft one for each unit"), table.desk.engine.begin() as connection:
        draft_for_findings(connection, "hazard", ids, "editor", NOON)


def test_a_circular_names_no_site_no_place_and_no_proof(table: Table) -> None:
    two_counties(table)
    ids = [
        finding(table.desk.engine, 1, evidence="SECRET", location="/hidden/place", addresses=["10.0.0.9:80"]),
        finding(table.desk.engine, 2, unit_id="U-2", site_id="ld-1"),
    ]
    with table.desk.engine.begin() as connection:
        notice = get(connection, draft_for_findings(connection, "tip", ids, "editor", NOON))
        assert findings_of(connection, notice.id) == []

    assert notice.unit_id is None
    said = f"{notice.title}{notice.text}{notice.advice}{notice.data}"
    assert "隐患1" in said
    for secret in ("kd-1", "门户", "/hidden/place", "10.0.0.9", "SECRET", "U-1"):
        assert secret not in said


def test_what_is_noticed_already_or_gone_is_refused(table: Table) -> None:
    two_counties(table)
    one = finding(table.desk.engine, 1)
    gone = finding(table.desk.engine, 2, state="closed")
    with table.desk.engine.begin() as connection:
        draft_for_findings(connection, "hazard", [one], "editor", NOON)
        with pytest.raises(ValueError, match="is in notice no-"):
            draft_for_findings(connection, "hazard", [one], "editor", NOON)
        with pytest.raises(ValueError, match="still stands"):
            draft_for_findings(connection, "hazard", [gone], "editor", NOON)
        with pytest.raises(ValueError, match="at least one"):
            draft_for_findings(connection, "hazard", [], "editor", NOON)
        with pytest.raises(Unknown):
            draft_for_findings(connection, "hazard", ["fi-none"], "editor", NOON)


def test_an_incident_is_an_event_in_progress_with_its_standing_findings(table: Table) -> None:
    two_counties(table)
    ids = [finding(table.desk.engine, 1), finding(table.desk.engine, 2, state="closed")]
    incident(table.desk.engine, 7)
    with table.desk.engine.begin() as connection:
        for one in ids:
            row = {"incident_id": "2026-0007", "kind": "finding", "member_id": one, "joined_at": NOON, "why": "同站"}
            connection.execute(insert(INCIDENT_MEMBER).values(row))
        notice = get(connection, draft_for_incident(connection, "hazard", "2026-0007", "editor", NOON))
        listed = findings_of(connection, notice.id)

    assert (notice.severity, notice.urgency, notice.incident_id) == ("event", "特急", "2026-0007")
    assert [one.finding_id for one in listed] == ["fi-0001"]
    assert "事件7" in notice.text


def test_what_is_drafted_in_an_exercise_belongs_to_it(table: Table) -> None:
    two_counties(table)
    one = finding(table.desk.engine, 1)
    with table.desk.engine.begin() as connection:
        running = start(connection, "演练一", "lead", NOON)
        notice = get(connection, draft_for_findings(connection, "hazard", [one], "editor", NOON))

    assert notice.exercise_id == running
