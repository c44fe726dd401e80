"""The workbench and the rail."""

from __future__ import annotations

import re

from tests.console.deskdata import alert, finding, incident
from tests.console.deskside import Table, two_counties
from tests.factories import at


def test_the_most_urgent_thing_has_the_button_and_enter(table: Table) -> None:
    two_counties(table)
    alert(table.desk.engine, 1, level="critical")
    seat = table.seat("lead")
    assert re.search(r'href="/alerts/al-0001" data-key="Enter"', seat.get("/").text)

    incident(table.desk.engine, 1, ("初报时限", at(600)))

    page = seat.get("/").text
    assert re.search(r'href="/incidents/2026-0001" data-key="Enter"', page)
    assert page.count('data-key="Enter"') == 1
    assert "剩 10 分钟" in page


def test_every_number_links_to_the_list_it_counts(table: Table) -> None:
    alert(table.desk.engine, 1)
    finding(table.desk.engine, 1, first_seen=at(-4 * 86400))

    page = table.seat("lead").get("/").text

    assert '<a href="/alerts"><b>1</b>' in page
    assert '<a href="/incidents"><b>0</b>' in page
    assert '<a href="/findings?state=new"><b>1</b>' in page


def test_an_empty_workbench_says_what_would_be_here(table: Table) -> None:
    page = table.seat("lead").get("/").text

    assert "现在没有需要您处理的事项" in page
    assert "会自动出现在这里" in page


def test_the_part_that_is_drawn_again_has_no_frame(table: Table) -> None:
    part = table.seat("lead").get("/desk/work").text

    assert "<html" not in part
    assert 'class="figures"' in part


def test_the_rail_is_drawn_again_for_the_page_it_stands_on(table: Table) -> None:
    alert(table.desk.engine, 1)

    rail = table.seat("lead").get("/rail?at=/alerts/al-1").text

    assert rail.startswith("<nav")
    assert re.search(r'href="/alerts" aria-current="page">告警 <span class="count">1</span>', rail)


def test_the_workbench_speaks_english(table: Table) -> None:
    alert(table.desk.engine, 1, level="critical")

    page = table.seat("lead").get("/", headers={"accept-language": "en"}).text

    assert "Workbench" in page
    assert "Alert 1" in page
    assert "告警1" not in page


def test_the_api_says_what_the_page_says(table: Table) -> None:
    alert(table.desk.engine, 1, level="critical")
    incident(table.desk.engine, 1, ("first", at(600)))

    data = table.seat("lead").get("/api/v1/desk").json()

    assert data["alerts_urgent"] == {"total": 1, "first": ["al-0001"]}
    assert data["clocks"][0]["incident"] == "2026-0001"
    assert table.seat("auditor").get("/api/v1/desk").json()["alerts_urgent"] is None
