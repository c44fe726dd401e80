"""The big screen's pages."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from console.accounts.sessions import COOKIE
from console.audit.tables import AUDIT_ENTRY
from console.exercise.state import start
from console.office.settings import Office
from tests.console.deskside import Table
from tests.console.walldata import name, prefecture
from tests.factories import NOON

HALL = {"login": "hall", "label": "值班大厅", "address": "10.0.3.20"}


@pytest.fixture
def told(table: Table) -> Table:
    prefecture(table.desk.engine, NOON, sites=20, alerts=60)
    return table


def handed(table: Table) -> str:
    """The path of a machine that an administrator allowed."""
    table.account("screen", login="hall")
    return str(table.seat("administrator").post("/api/v1/wall/screens", json=HALL).json()["path"])


def hall(table: Table, address: str = "10.0.3.20") -> TestClient:
    """A browser at an address."""
    return TestClient(table.browser().app, base_url="http://desk.test", client=(address, 50000), follow_redirects=False)


def test_the_first_snapshot_stands_in_the_page_without_any_script(told: Table) -> None:
    page = told.seat("lead").get("/wall").text

    assert "甘孜州政务网站网络安全态势" in page
    assert "示意图" in page
    assert "GB/T 37027" in page
    assert 'http-equiv="refresh"' in page
    assert not re.search(r"<style|\sstyle=|<script(?![^>]*\ssrc=)", page)


def test_the_title_names_the_place_that_the_office_sets(told: Table) -> None:
    told.desk = replace(told.desk, office=replace(told.desk.office, office=Office(place="示例州")))

    assert "示例州政务网站网络安全态势" in told.seat("lead").get("/wall").text


def test_every_figure_of_the_page_is_a_link_for_a_lead(told: Table) -> None:
    page = told.seat("lead").get("/wall").text

    assert '<span class="figure">' not in page
    assert len(re.findall(r"data-figure=", page)) > 45


def test_the_formula_is_shown_with_the_list_behind_each_row(told: Table) -> None:
    seat = told.seat("lead")
    value = seat.get("/api/v1/wall").json()["score"]["value"]
    page = seat.get("/wall/score").text
    county = seat.get("/wall/score?county=513301").text

    assert f"态势评分 {value}" in page
    assert "依据可信度 A" in page
    assert "康定市：加权风险" in county
    assert "/findings?severity=high&amp;county=513301" in county
    assert seat.get("/wall/score?county=513399").status_code == 404
    assert told.seat("analyst", county="513322").get("/wall/score?county=513301").status_code == 404


def test_a_running_exercise_stands_across_the_screen(told: Table) -> None:
    with told.desk.engine.begin() as connection:
        start(connection, "桌面推演", "lead", NOON)
    page = told.seat("lead").get("/wall").text

    assert "演练 · 桌面推演" in page
    assert "通报只计本次演练" in page


def test_visitor_mode_masks_ones_own_screen_until_it_is_ended(told: Table) -> None:
    lead, other = told.seat("lead"), told.seat("commander")
    assert name(12) in lead.get("/wall").text

    assert lead.post("/wall/visitors", data={"masked": "true"}).status_code == 303
    masked = lead.get("/wall").text
    assert "来访模式 · 名称已隐去" in masked
    assert name(12) not in masked
    assert "203.0.113." not in masked
    assert name(12) not in lead.get("/api/v1/wall").text
    assert name(12) in other.get("/wall").text
    lead.post("/wall/visitors", data={"masked": "false"})
    assert name(12) in lead.get("/wall").text
    assert told.seat("analyst").post("/wall/visitors", data={"masked": "true"}).status_code == 403


def test_a_machine_in_the_hall_reads_the_wall_from_its_address_and_nothing_else(told: Table) -> None:
    path = handed(told)
    screen = hall(told)
    assert screen.get(path).headers["location"] == "/wall"
    page = screen.get("/wall")
    told.clock.pass_by(hours=20)

    assert "来访模式" in page.text
    assert screen.get("/wall").status_code == 200
    assert screen.get("/alerts").status_code == 403
    assert screen.post("/logout").status_code == 303
    assert screen.get("/wall").status_code == 200
    thief = hall(told, "10.0.3.99")
    thief.cookies.set(COOKIE, screen.cookies[COOKIE])
    assert thief.get("/wall").headers["location"].startswith("/login")
    assert thief.get(path).status_code == 404
    assert screen.get("/wall/kiosk/guess").status_code == 404


def test_a_lead_unmasks_the_hall_and_an_administrator_ends_it(told: Table) -> None:
    path = handed(told)
    screen = hall(told)
    screen.get(path)
    assert told.seat("lead").post("/wall/screens/1/visitors", data={"masked": "false"}).status_code == 303
    assert name(12) in screen.get("/wall").text
    keeper = told.seat("administrator", login="keeper")
    assert keeper.post("/wall/screens/1/revoke").status_code == 303
    assert keeper.post("/wall/screens/1/revoke").status_code == 409
    assert keeper.delete("/api/v1/wall/screens/7").status_code == 404

    assert screen.get("/wall").headers["location"].startswith("/login")
    assert screen.get(path).status_code == 404
    assert [one["revoked_by"] for one in keeper.get("/api/v1/wall/screens").json()["screens"]] == ["keeper"]
    with told.desk.engine.connect() as connection:
        actions = connection.execute(select(AUDIT_ENTRY.c.action).order_by(AUDIT_ENTRY.c.seq)).scalars().all()
    assert actions == ["wall.allow", "wall.enter", "wall.mask", "wall.revoke", "wall.refused"]


@pytest.mark.parametrize("wrong", [{"address": "hall"}, {"login": "nobody"}, {"label": " "}])
def test_a_machine_that_makes_no_sense_is_refused_on_the_page_and_by_the_api(
    told: Table, wrong: dict[str, Any]
) -> None:
    told.account("screen", login="hall")
    keeper = told.seat("administrator")

    assert keeper.post("/wall/screens", data=HALL | wrong).status_code == 422
    assert keeper.post("/api/v1/wall/screens", json=HALL | wrong).status_code == 422
    assert keeper.get("/api/v1/wall/screens").json() == {"screens": []}


def test_the_page_hands_the_address_out_once(told: Table) -> None:
    told.account("screen", login="hall")
    keeper = told.seat("administrator")

    assert "http://desk.test/wall/kiosk/" in keeper.post("/wall/screens", data=HALL).text
    assert "/wall/kiosk/" not in keeper.get("/wall/screens").text
