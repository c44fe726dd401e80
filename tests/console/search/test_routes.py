"""Event search as a page and as data."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.console.deskside import Table, table_in, two_counties
from tests.factories import segment


@pytest.fixture
def table(tmp_path: Path) -> Table:
    made = table_in(tmp_path)
    two_counties(made)
    rows = [
        {"source.ip": f"203.0.113.{number}", "url.original": f"/p{number}", "gongga.site.id": site}
        for number, site in enumerate(("kd-1", "kd-1", "ld-1"))
    ]
    made.desk.store.append(segment("http", *rows, {"url.original": "/<script>"}))
    made.clock.pass_by(minutes=30)
    return made


def ids(page: str) -> list[str]:
    return re.findall(r'<tr data-row id="([^"]+)"', page)


def test_a_search_shows_its_events_newest_first_with_a_histogram_and_escaped(table: Table) -> None:
    page = table.seat("analyst").get("/search?span=1h").text

    assert ids(page) == [f"s1-000001-{number}" for number in (3, 2, 1, 0)]
    assert "4 条事件" in page
    assert "<rect" in page
    assert "/&lt;script&gt;" in page
    assert "<script>&" not in page


def test_a_bare_site_id_finds_its_events(table: Table) -> None:
    assert ids(table.seat("analyst").get("/search?q=kd-1").text) == ["s1-000001-1", "s1-000001-0"]


@pytest.mark.parametrize("scope", [{"county": "513322"}, {"unit": "U-2"}])
def test_who_sees_one_county_or_unit_finds_only_its_events(table: Table, scope: dict[str, str]) -> None:
    local = table.seat("analyst", **scope)

    page = local.get("/search").text
    assert ids(page) == ["s1-000001-2"]
    assert "1 条事件" in page
    assert "203.0.113.0" not in page
    assert ids(local.get("/search?q=gongga.site.id:kd-1 OR *").text) == ["s1-000001-2"]
    found = local.get("/api/v1/events", params={"q": "kd-1"}).json()
    assert found["events"] == []
    assert [row["event"]["id"] for row in local.get("/api/v1/events").json()["events"]] == ["s1-000001-2"]


@pytest.mark.parametrize("query", ["q=url.path:(", "q=no.such.field:1", "dataset=nothing", "before=x|y"])
def test_what_cannot_be_searched_is_said_in_a_sentence(table: Table, query: str) -> None:
    analyst = table.seat("analyst")

    page = analyst.get(f"/search?{query}")
    data = analyst.get(f"/api/v1/events?{query}")

    assert page.status_code == data.status_code == 422
    assert 'role="alert"' in page.text
    assert data.json()


def test_the_api_pages_through_every_event_once(table: Table) -> None:
    analyst = table.seat("analyst")
    seen: list[str] = []
    before = ""
    while before is not None:
        found = analyst.get("/api/v1/events", params={"size": 3, "before": before}).json()
        seen += [row["event"]["id"] for row in found["events"]]
        before = found["next"]

    assert sorted(seen) == [f"s1-000001-{number}" for number in range(4)]
