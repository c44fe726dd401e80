"""Response levels over the web: the page, the API, and who may."""

from __future__ import annotations

import pytest

from console.response.levels import decide
from tests.console.deskdata import incident
from tests.console.deskside import Table, two_counties
from tests.console.response.test_levels import LEAD, START

START_IT = {"level": 3, "action": "start", "reason": "网页被篡改"}


@pytest.fixture
def number(table: Table) -> str:
    two_counties(table)
    return incident(table.desk.engine, 1, level_confirmed=3)


def test_a_lead_starts_changes_and_ends_it_over_the_api(table: Table, number: str) -> None:
    seat = table.seat("lead")
    address = f"/api/v1/incidents/{number}/response"

    assert seat.get(address).json()["proposed"] == 3
    started = seat.post(address, json=START_IT)
    assert started.status_code == 200, started.text
    assert (started.json()["state"], started.json()["level"]) == ("active", 3)
    assert seat.post(address, json={**START_IT, "action": "change", "level": 4}).json()["level"] == 4
    ended = seat.post(address, json={"action": "end", "reason": "处置完毕"}).json()
    assert (ended["state"], ended["level"]) == ("ended", None)
    assert [(one["action"], one["genuine"]) for one in ended["history"]] == [
        ("start", True),
        ("change", True),
        ("end", True),
    ]


@pytest.mark.parametrize(
    ("role", "body", "status"),
    [
        ("analyst", START_IT, 403),
        ("auditor", START_IT, 403),
        ("lead", {**START_IT, "level": 1}, 422),
        ("commander", {**START_IT, "level": 1}, 200),
        ("lead", {**START_IT, "action": "end"}, 409),
        ("lead", {**START_IT, "reason": ""}, 422),
        ("lead", {**START_IT, "seq": 5}, 409),
    ],
)
def test_who_may_start_what(table: Table, number: str, role: str, body: dict[str, object], status: int) -> None:
    assert table.seat(role).post(f"/api/v1/incidents/{number}/response", json=body).status_code == status


def test_another_countys_incident_is_not_there(table: Table, number: str) -> None:
    seat = table.seat("county", county="513322")

    assert seat.get(f"/api/v1/incidents/{number}/response").status_code == 404


def test_the_page_shows_the_level_the_calls_and_the_signature(table: Table, number: str) -> None:
    seat = table.seat("lead")
    assert "按事件级别建议启动 Ⅲ级响应" in seat.get(f"/incidents/{number}").text
    form = {"action": "start", "level": "3", "reason": "网页被篡改", "seq": "0"}
    assert seat.post(f"/incidents/{number}/response", data=form).status_code == 303
    page = seat.get(f"/incidents/{number}").text

    for words in ("Ⅲ级响应", "州网安应保中心", "签名有效", "电话已确认", "召开首次会商"):
        assert words in page
    assert seat.post(f"/incidents/{number}/response", data=form).status_code == 409


def test_a_colleague_answers_the_own_call_and_an_analyst_for_others(table: Table, number: str) -> None:
    lead, analyst, editor = table.seat("lead"), table.seat("analyst"), table.seat("editor")
    decide(table.desk, LEAD, number, START)
    calls = {call["slot"]: call["id"] for call in lead.get(f"/api/v1/incidents/{number}/response").json()["callouts"]}

    assert editor.post(f"/api/v1/callouts/{calls['command/cac']}/acknowledge").status_code == 403
    assert lead.post(f"/callouts/{calls['command/cac']}/acknowledge").status_code == 303
    answered = analyst.post(f"/api/v1/callouts/{calls['member/gaj']}/acknowledge").json()["callouts"]
    assert {call["slot"]: call["acked_by"] for call in answered if call["state"] == "acknowledged"} == {
        "command/cac": "lead",
        "member/gaj": "analyst",
    }
    assert lead.post("/api/v1/callouts/999/acknowledge").status_code == 404


def test_a_clock_is_stopped_and_moved_by_hand(table: Table, number: str) -> None:
    lead = table.seat("lead")
    decide(table.desk, LEAD, number, START)
    stopped = lead.post(f"/api/v1/incidents/{number}/clocks/L-CONSULT/meet").json()
    assert stopped["clocks"][0]["met"]
    assert lead.post(f"/incidents/{number}/clocks/L-CONSULT/meet").status_code == 303
    assert lead.post(f"/api/v1/incidents/{number}/clocks/X/meet").status_code == 404

    assert lead.post(f"/incidents/{number}/learned", data={"at": "2026-11-23T19:00"}).status_code == 303
    for at in ("gestern", "0001-01-01T00:00", "9999-12-31T23:59"):
        assert lead.post(f"/incidents/{number}/learned", data={"at": at}).status_code == 422
    for at in ("0001-01-01T00:00:00+08:00", "9999-12-31T23:59:59-12:00"):
        assert lead.post(f"/api/v1/incidents/{number}/learned", json={"at": at}).status_code == 422
    late = lead.post(f"/api/v1/incidents/{number}/learned", json={"at": "2027-01-01T00:00:00Z"})
    assert late.status_code == 422
    clocks = {one["id"]: one for one in lead.get(f"/api/v1/incidents/{number}").json()["grading"]["clocks"]}
    assert clocks["R-LOC-1"]["starts"] == "2026-11-23T11:00:00.000000Z"
