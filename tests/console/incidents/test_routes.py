"""Incidents as pages and as data."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from console.audit.tables import AUDIT_ENTRY
from tests.console.deskdata import incident
from tests.console.deskside import Table, table_in, two_counties


@pytest.fixture
def table(tmp_path: Path) -> Table:
    made = table_in(tmp_path)
    two_counties(made)
    incident(made.desk.engine, 1, id="2026-0001", site_id="kd-1", unit_id="U-1", county="513301", state="open")
    incident(made.desk.engine, 2, id="2026-0002", site_id="ld-1", unit_id="U-2", county="513322", state="open")
    return made


def version(table: Table, name: str = "2026-0001") -> int:
    return int(table.seat("lead", login=f"v{name[-1]}{len(name)}").get(f"/api/v1/incidents/{name}").json()["version"])


def test_the_list_and_the_page_show_what_is_in_scope_only(table: Table) -> None:
    lead, county = table.seat("lead"), table.seat("county", county="513322")

    assert {"2026-0001", "2026-0002"} <= set(lead.get("/incidents").text.replace('"', " ").split())
    assert "2026-0001" not in county.get("/incidents").text
    assert county.get("/incidents/2026-0002").status_code == 200
    assert county.get("/incidents/2026-0001").status_code == 404
    assert county.get("/api/v1/incidents/2026-0001").status_code == 404


def test_a_lead_confirms_and_the_chain_remembers(table: Table) -> None:
    lead = table.seat("lead")
    form = {"class_code": "02.09", "level": 3, "reason": "首页被替换", "version": version(table)}

    answer = lead.post("/incidents/2026-0001/confirm", data=form)

    assert answer.status_code == 303
    found = lead.get("/api/v1/incidents/2026-0001").json()
    assert (found["class"], found["level_confirmed"], found["state"]) == ("02.09", 3, "confirmed")
    with table.desk.reads.connect() as connection:
        assert "incident.confirm" in connection.scalars(select(AUDIT_ENTRY.c.action)).all()


def test_who_looked_at_an_older_version_is_told_so(table: Table) -> None:
    lead = table.seat("lead")
    form = {"class_code": "02.09", "level": 3, "reason": "首页被替换", "version": version(table)}
    lead.post("/incidents/2026-0001/confirm", data=form)

    again = lead.post("/incidents/2026-0001/confirm", data=form)

    assert again.status_code == 409
    assert "内容已被他人更改" in again.text


def test_an_analyst_works_on_it_but_does_not_confirm(table: Table) -> None:
    analyst = table.seat("analyst")
    form = {"class_code": "02.09", "level": 3, "reason": "x x", "version": 1}

    assert analyst.post("/incidents/2026-0001/confirm", data=form).status_code == 403
    assert analyst.post("/incidents/2026-0001/assign").status_code == 303
    table.clock.pass_by(seconds=1)
    assert analyst.post("/incidents/2026-0001/note", data={"text": "已电话通知 <b>"}).status_code == 303
    page = analyst.get("/incidents/2026-0001").text
    assert "已电话通知 &lt;b&gt;" in page


@pytest.mark.parametrize(
    ("to", "reason", "status"), [("closed", "", 422), ("nowhere", "because", 409), ("closed", "误报，结束", 303)]
)
def test_moves_follow_the_table_and_closing_needs_a_reason(table: Table, to: str, reason: str, status: int) -> None:
    form = {"to": to, "reason": reason, "version": version(table)}

    assert table.seat("lead").post("/incidents/2026-0001/move", data=form).status_code == status


def test_the_api_does_what_the_page_does(table: Table) -> None:
    lead = table.seat("lead")
    said = {"class": "02.09", "level": 3, "reason": "首页被替换", "version": version(table)}

    confirmed = lead.post("/api/v1/incidents/2026-0001/confirm", json=said).json()
    moved = lead.post(
        "/api/v1/incidents/2026-0001/move",
        json={"to": "handling", "reason": "已通知", "version": confirmed["version"]},
    ).json()
    noted = lead.post("/api/v1/incidents/2026-0001/notes", json={"text": "第一条"})

    assert moved["state"] == "handling"
    assert noted.status_code == 201
    assert noted.json()["timeline"][0]["text"] == "第一条"
    assert lead.post("/api/v1/incidents/2026-0001/confirm", json={"level": "many"}).status_code == 422


def test_titles_are_found_by_two_characters(table: Table) -> None:
    incident(table.desk.engine, 3, id="2026-0003", site_id="kd-1", title="示例局：暗链植入", state="open")

    rows = table.seat("lead").get("/api/v1/incidents", params={"q": "暗链"}).json()["incidents"]

    assert [row["id"] for row in rows] == ["2026-0003"]
