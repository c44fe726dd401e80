"""The page of attacks."""

from __future__ import annotations

import pytest

from analytics.posture.tally import tally
from tests.console.deskdata import alert
from tests.console.deskside import Table, two_counties
from tests.factories import NOON


def test_the_page_says_how_attacks_are_counted_and_leads_to_their_alerts(table: Table) -> None:
    two_counties(table)
    alert(table.desk.engine, 1, class_code="02.03")
    tally(table.desk.engine, NOON)
    seat = table.seat("analyst")
    text = seat.get("/attacks?kind=02.03").text

    assert "同一来源对同一目标" in text
    assert "漏洞利用" in text
    assert "/alerts?status=&amp;group=none&amp;site=kd-1&amp;q=203.0.113.77" in text
    assert seat.get("/api/v1/attacks").json()["total"] == 1


@pytest.mark.parametrize("query", ["day=yesterday", "since=noon", "skip=-1", "since=2026-11-23T12:00:00"])
def test_a_filter_that_makes_no_sense_is_said_in_one_sentence(table: Table, query: str) -> None:
    assert table.seat("analyst").get(f"/api/v1/attacks?{query}").status_code == 422


def test_lists_tell_how_many_they_have_and_heed_a_span_of_time(table: Table) -> None:
    two_counties(table)
    for number in (1, 2):
        alert(table.desk.engine, number)
    seat = table.seat("analyst")
    after = "since=2026-11-23T12:00:01%2B00:00"

    for name in ("alerts", "findings", "incidents"):
        assert seat.get(f"/api/v1/{name}?{after}").json()["total"] == 0
        assert seat.get(f"/{name}?{after}").status_code == 200
    assert seat.get("/api/v1/alerts").json()["total"] == 2
