"""The findings as pages and as data."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import select

from analytics.db import FINDING
from console.audit.tables import AUDIT_ENTRY
from tests.console.deskdata import finding
from tests.console.deskside import Table, table_in, two_counties
from tests.factories import at, segment


@pytest.fixture
def table(tmp_path: Path) -> Table:
    made = table_in(tmp_path)
    two_counties(made)
    made.desk.store.append(segment("probe.exposure", {"url.full": "http://kd-1.example/<b>"}))
    engine = made.desk.engine
    why = [{"weight": 0.4, "text": "次要", "text_en": "minor"}, {"weight": 0.9, "text": "主要 <b>", "text_en": "major"}]
    finding(engine, 1, severity="high", evidence="<i>密码=***</i>", why=why, events=["s1-000001-0"])
    finding(engine, 2, severity="critical", last_seen=at(60))
    finding(engine, 3, state="closed")
    finding(engine, 4, key="ld-1|c|/", site_id="ld-1", unit_id="U-2", county="513322", title="暗链", location="/a_b")
    return made


def states(table: Table) -> dict[str, str]:
    with table.desk.reads.connect() as connection:
        return {row.id: row.state for row in connection.execute(select(FINDING.c.id, FINDING.c.state))}


@pytest.mark.parametrize(
    ("address", "ids"),
    [
        ("", ["fi-0002", "fi-0001", "fi-0004"]),
        ("?state=closed", ["fi-0003"]),
        ("?severity=high", ["fi-0001"]),
        ("?site=ld-1", ["fi-0004"]),
        ("?county=513301&check=check-2", ["fi-0002"]),
        ("?q=暗链", ["fi-0004"]),
        ("?q=a_b", ["fi-0004"]),
        ("?q=%25", []),
        ("?skip=2", ["fi-0004"]),
    ],
)
def test_filters_are_addresses_and_the_gravest_comes_first(table: Table, address: str, ids: list[str]) -> None:
    page = table.seat("analyst").get(f"/findings{address}").text

    assert re.findall(r'<tr id="(fi-\d+)" data-row', page) == ids


def test_a_finding_shows_its_reasons_evidence_and_events_escaped(table: Table) -> None:
    page = table.seat("analyst").get("/findings/fi-0001").text

    assert page.index("主要 &lt;b&gt;") < page.index("次要")
    assert "&lt;i&gt;密码=***" in page
    assert "kd-1.example/&lt;b&gt;" in page


@pytest.mark.parametrize("scope", [{"county": "513322"}, {"unit": "U-2"}])
def test_who_sees_one_county_or_unit_sees_and_moves_only_its_findings(table: Table, scope: dict[str, str]) -> None:
    local = table.seat("analyst", **scope)

    assert re.findall(r'<tr id="(fi-\d+)"', local.get("/findings").text) == ["fi-0004"]
    assert "fi-0001" not in local.get("/findings?site=kd-1").text
    assert [one["id"] for one in local.get("/api/v1/findings?state=").json()["findings"]] == ["fi-0004"]
    assert local.get("/findings/fi-0001").status_code == 404
    assert local.get("/api/v1/findings/fi-0001").status_code == 404
    form = {"to": "confirmed", "reason": "看过了", "version": 1}
    assert local.post("/findings/fi-0001/move", data=form).status_code == 404
    assert local.post("/api/v1/findings/fi-0001/move", json=form).status_code == 404
    assert states(table)["fi-0001"] == "new"
    assert local.post("/findings/fi-0004/move", data=form).status_code == 303


def test_a_move_is_kept_with_its_reason_and_shown_in_the_life(table: Table) -> None:
    analyst = table.seat("analyst")

    answer = analyst.post("/findings/fi-0001/move", data={"to": "confirmed", "reason": "已人工核实", "version": 1})

    assert answer.status_code == 303
    assert "已人工核实" in analyst.get("/findings/fi-0001").text
    assert states(table)["fi-0001"] == "confirmed"
    with table.desk.reads.connect() as connection:
        assert "finding.move" in connection.scalars(select(AUDIT_ENTRY.c.action)).all()


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"to": "confirmed", "version": 1}, 422),
        ({"to": "accepted", "reason": "老系统", "version": 1}, 422),
        ({"to": "accepted", "reason": "老系统", "version": 1, "until": "soon"}, 422),
        ({"to": "closed", "reason": "不想看了", "version": 1}, 422),
        ({"to": "reopened", "reason": "又有了", "version": 1}, 409),
        ({"to": "confirmed", "reason": "看过了", "version": 7}, 409),
    ],
)
def test_a_move_that_may_not_be_is_refused(table: Table, form: dict[str, str], status: int) -> None:
    assert table.seat("analyst").post("/findings/fi-0001/move", data=form).status_code == status
    assert states(table)["fi-0001"] == "new"


def test_the_api_moves_and_tells_like_the_pages(table: Table) -> None:
    analyst = table.seat("analyst")
    said = {"to": "accepted", "reason": "月底下线", "version": 1, "until": "2026-12-31T00:00:00+08:00"}

    moved = analyst.post("/api/v1/findings/fi-0001/move", json=said).json()

    assert (moved["state"], moved["accepted_until"]) == ("accepted", "2026-12-30T16:00:00+00:00")
    assert moved == analyst.get("/api/v1/findings/fi-0001").json()
