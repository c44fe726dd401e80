"""One snapshot: each number is the number of its list, and for visitors nothing has a name."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select, update

from analytics.db import CONTACT, INCIDENT, SITE, UNIT
from analytics.posture.score import load_scoring
from console.exercise.state import start
from console.notices.tables import NOTICE
from console.wall.numbers import Reach
from console.wall.snapshot import as_document, take
from tests.console.deskside import Table
from tests.console.walldata import name, notice, place, prefecture
from tests.factories import NOON


@pytest.fixture
def told(table: Table) -> Table:
    prefecture(table.desk.engine, NOON, sites=30, alerts=120)
    return table


@pytest.mark.parametrize("scope", [{}, {"county": "513301"}, {"unit": "U-012"}])
def test_each_figure_is_the_number_of_the_list_it_leads_to(told: Table, scope: dict[str, str]) -> None:
    seat = told.seat("lead", **scope)
    figures = [figure for group in seat.get("/api/v1/wall").json()["figures"].values() for figure in group]
    listed = [figure for figure in figures if figure["href"]]

    wrong = {}
    for figure in listed:
        answer = seat.get(figure["api"])
        assert answer.status_code == 200, figure
        assert seat.get(figure["href"]).status_code == 200, figure
        if answer.json()[figure["field"]] != figure["count"]:
            wrong[figure["href"]] = (figure["count"], answer.json()[figure["field"]])

    assert wrong == {}
    assert len(listed) == len(figures) >= 25


def test_each_day_of_the_trend_is_the_number_of_its_list(told: Table) -> None:
    seat = told.seat("lead")
    trend = seat.get("/api/v1/wall").json()["trend"]

    assert len(trend) == 30
    for day in trend[-5:]:
        assert seat.get(f"/api/v1{day['href']}").json()["total"] == day["attacks"]


def test_the_score_and_every_risk_can_be_done_again_from_the_lists(told: Table) -> None:
    seat = told.seat("lead")
    shown = seat.get("/api/v1/wall").json()
    lists = {"incidents": "level", "findings": "severity", "alerts": "level"}

    def counted(measure: str, facet: str, county: str = "") -> int:
        asked = {lists[measure]: facet, "county": county}
        return int(seat.get(f"/api/v1/{measure}", params=asked).json()["total"])

    rows = load_scoring().rows
    points = sum(min(row.most, row.weight * counted(row.measure, row.facet)) for row in rows)
    assert shown["score"]["value"] == max(0, round(100 - points))
    for county in shown["counties"][:3]:
        risk = sum(row.weight * counted(row.measure, row.facet, county["code"]) for row in rows)
        assert county["risk"] == pytest.approx(risk)


def test_yesterdays_score_stands_beside_todays(told: Table) -> None:
    with told.desk.reads.begin() as connection:
        taken = take(connection, Reach(), NOON)

    assert taken.delta is not None
    assert taken.delta < 0
    assert taken.because is not None


def test_without_any_count_the_snapshot_says_so(table: Table) -> None:
    with table.desk.reads.begin() as connection:
        taken = take(connection, Reach(), NOON)

    assert (taken.at, taken.delta, taken.score.value) == (None, None, 100)


def test_an_exercise_changes_the_notices_alone(told: Table) -> None:
    def figures(asked: Reach) -> dict[str, int]:
        with told.desk.reads.begin() as connection:
            groups = take(connection, asked, NOON).figures.values()
        return {figure.id: figure.count for group in groups for figure in group}

    before = figures(Reach())
    with told.desk.engine.begin() as connection:
        number = start(connection, "桌面推演", "lead", NOON)
        connection.execute(insert(NOTICE).values(notice(50, NOON, place(1, 30), exercise_id=number)))
    during = figures(Reach())

    assert during["notices-issued"] == 1
    assert {name: n for name, n in during.items() if not name.startswith("notices")} == {
        name: n for name, n in before.items() if not name.startswith("notices")
    }


NAMES = st.text(alphabet="康定泸丹巴局委院站中心教育卫健融媒abcXYZ-·（）", min_size=4, max_size=20)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(unit=NAMES, site=NAMES, person=NAMES, host=st.from_regex(r"[a-z]{5,9}\.gov\.example", fullmatch=True))
def test_for_visitors_nothing_of_the_inventory_is_in_the_snapshot(
    told: Table, unit: str, site: str, person: str, host: str
) -> None:
    with told.desk.engine.begin() as connection:
        connection.execute(update(UNIT).values(name=unit))
        connection.execute(update(SITE).values(name=site, hosts=[host], url=f"https://{host}/"))
        connection.execute(update(CONTACT).values(name=person))
        connection.execute(update(INCIDENT).values(title=f"{unit}{site}：{host}", title_en=f"{site} of {person}"))
        connection.execute(update(NOTICE).values(title=f"关于{unit}{site}的通报"))
    with told.desk.reads.begin() as connection:
        shown = json.dumps(as_document(take(connection, Reach(masked=True), NOON)), ensure_ascii=False)
        addresses = {address for (row,) in connection.execute(select(SITE.c.addresses)) for address in row}

    assert [word for word in (unit, site, person, host, *addresses, "203.0.113.") if word in shown] == []
    assert shown.count("某单位") > 1


def test_names_are_there_when_nobody_visits(told: Table) -> None:
    with told.desk.reads.begin() as connection:
        shown = json.dumps(as_document(take(connection, Reach(), NOON + timedelta(minutes=1))), ensure_ascii=False)

    assert name(12) in shown
    assert "203.0.113." in shown


def test_who_sees_a_county_or_a_unit_sees_its_tile_only(told: Table) -> None:
    for scope in ({"county": "513301"}, {"unit": "U-012"}):
        shown = told.seat("analyst", **scope).get("/api/v1/wall").json()
        assert [county["code"] for county in shown["counties"]] == ["513301"]
