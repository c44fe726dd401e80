"""What people and programs see when something does not work."""

from __future__ import annotations

import logging

import pytest
from fastapi import HTTPException

from console.web.errors import WORDS
from tests.console.deskdata import incident
from tests.console.deskside import Table


def test_a_page_that_does_not_exist_is_said_inside_the_frame(table: Table) -> None:
    seat = table.seat("lead")

    answer = seat.get("/nothing")

    assert answer.status_code == 404
    assert "没有找到" in answer.text
    assert 'id="rail"' in answer.text
    assert 'id="rail"' not in table.browser().get("/nothing").text


def test_no_permission_keeps_the_rail(table: Table) -> None:
    answer = table.seat("lead").get("/audit")

    assert answer.status_code == 403
    assert "没有权限" in answer.text
    assert 'id="rail"' in answer.text


def test_a_program_gets_json(table: Table) -> None:
    assert table.seat("lead").get("/api/v1/audit").json() == {"detail": "Not allowed: audit.read."}
    assert table.browser().get("/api/v1/audit").json() == {"detail": "Log in first."}
    assert table.browser().get("/api/v1/nothing").json() == {"detail": "Not Found"}


def test_an_address_with_a_wrong_part_gives_one_sentence(table: Table) -> None:
    auditor = table.seat("auditor")

    assert auditor.get("/api/v1/audit?before=x").json() == {
        "detail": "query.before: Input should be a valid integer, unable to parse string as an integer."
    }
    page = auditor.get("/audit?before=0")
    assert (page.status_code, "填写有误" in page.text) == (422, True)


def test_a_crash_is_logged_and_said_without_its_inside(table: Table, caplog: pytest.LogCaptureFixture) -> None:
    seat = table.seat("lead")
    table.desk.data.root.joinpath("events").rmdir()
    table.desk.data.root.rename(table.desk.data.root.with_name("moved"))
    seat._transport.raise_server_exceptions = False  # type: ignore[attr-defined]

    with caplog.at_level(logging.ERROR, "gongga.console"):
        answer = seat.get("/api/v1/health")

    assert answer.status_code == 500
    assert answer.json() == {"detail": "The desk failed at this request; its log says why."}
    assert "GET /api/v1/health failed" in caplog.text
    assert "content-security-policy" in answer.headers


def test_half_a_character_is_refused_and_nothing_of_it_kept(table: Table) -> None:
    lead = table.seat("lead")
    number = incident(table.desk.engine, 1)
    report = lead.post("/api/v1/reports", json={"incident": number, "kind": "first"}).json()["id"]
    said = '{"items": {"cause": "x\\ud800"}}'
    answer = lead.put(f"/api/v1/reports/{report}", content=said, headers={"content-type": "application/json"})

    assert (answer.status_code, "half a character" in answer.text) == (422, True)
    assert lead.get(f"/province/reports/{report}").status_code == 200


def test_what_no_record_can_hold_is_a_fault_of_the_request(table: Table) -> None:
    lead = table.seat("lead")
    number = incident(table.desk.engine, 1)
    say = f'{{"refs": ["x\\ud800", "{number}"], "reason": "共享"}}'
    answer = lead.post("/api/v1/intelligence/shares", content=say, headers={"content-type": "application/json"})

    assert (answer.status_code, "half a character" in answer.text) == (422, True)


def test_every_status_that_routes_raise_has_its_words() -> None:
    assert {403, 404, 409, 413, 422, 429, 500, 507} <= WORDS.keys()
    assert HTTPException(404).detail == "Not Found"


def test_a_page_says_what_is_wrong_in_the_readers_language_and_a_program_gets_english(table: Table) -> None:
    incident(table.desk.engine, 1)
    lead = table.seat("lead")

    page = lead.post("/incidents/2026-0001/move", data={"to": "closed", "version": 1})

    assert page.status_code == 422
    assert "请写明关闭事件的理由" in page.text
    assert "needs a reason" not in page.text
    api = lead.post(
        "/api/v1/incidents/2026-0001/confirm", json={"class": "99", "level": 1, "reason": "无此类别", "version": 1}
    )
    assert (api.status_code, api.json()["detail"]) == (422, "there is no class '99'")


def test_a_move_that_does_not_go_and_a_field_left_out_are_said_in_chinese(table: Table) -> None:
    incident(table.desk.engine, 1)
    lead = table.seat("lead")

    moved = lead.post("/incidents/2026-0001/move", data={"to": "open", "version": 1})
    lacking = lead.post("/incidents/2026-0001/move", data={"version": 1})

    assert (moved.status_code, "当前状态下不能这样办理" in moved.text, "cannot become" in moved.text) == (
        409,
        True,
        False,
    )
    assert (lacking.status_code, "“to”一项没有填写" in lacking.text) == (422, True)
