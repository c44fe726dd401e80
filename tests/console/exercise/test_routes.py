"""Exercises over the web."""

from __future__ import annotations

import json

from sqlalchemy import select

from console.audit.tables import AUDIT_ENTRY
from tests.console.deskdata import incident
from tests.console.deskside import Table, two_counties
from tests.console.response.test_level_routes import START_IT


def test_an_exercise_is_begun_shown_across_the_frame_and_ended_with_its_counts(table: Table) -> None:
    two_counties(table)
    number = incident(table.desk.engine, 1, level_confirmed=3)
    lead = table.seat("lead")
    assert lead.post("/api/v1/exercise", json={"name": "春季演练"}).status_code == 201
    assert lead.post("/api/v1/exercise", json={"name": "又一次"}).status_code == 409
    assert "演练 · 春季演练" in lead.get("/alerts").text
    lead.post(f"/api/v1/incidents/{number}/response", json=START_IT)

    ended = lead.request("DELETE", "/api/v1/exercise").json()

    assert ended["ended_by"] == "lead"
    assert ended["made"] == {
        "levels": 1,
        "calls": 4,
        "runs": 0,
        "notices": 0,
        "reports": 0,
        "outbox": 0,
        "instructions": 0,
        "messages": 4,
    }
    assert lead.request("DELETE", "/api/v1/exercise").status_code == 409
    with table.desk.reads.begin() as connection:
        rows = connection.execute(select(AUDIT_ENTRY).where(AUDIT_ENTRY.c.object == "exercise")).all()
    assert [row.action for row in rows] == ["exercise.start", "exercise.end"]
    assert json.loads(rows[1].detail)["made"]["calls"] == 4


def test_the_page_begins_and_ends_one(table: Table) -> None:
    seat = table.seat("commander")
    assert "还没有演练" in seat.get("/exercise").text
    assert seat.post("/exercise", data={"name": "夜间演练"}).status_code == 303
    assert "演练进行中：夜间演练" in seat.get("/exercise").text
    assert seat.post("/exercise/end").status_code == 303
    assert seat.post("/exercise/end").status_code == 409
    assert seat.post("/exercise", data={"name": " "}).status_code == 422
    assert [one["name"] for one in seat.get("/api/v1/exercise").json()["exercises"]] == ["夜间演练"]


def test_who_does_not_manage_exercises_may_not(table: Table) -> None:
    for role in ("analyst", "editor", "auditor", "administrator", "county"):
        assert table.seat(role).post("/api/v1/exercise", json={"name": "演练"}).status_code == 403
    part = table.seat("lead", county="513301")
    assert part.post("/exercise", data={"name": "演练"}).status_code == 403
    assert part.request("DELETE", "/api/v1/exercise").status_code == 403
