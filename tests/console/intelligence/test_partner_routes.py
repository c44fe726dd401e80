"""Partners by the page and by the API."""

from __future__ import annotations

import re

from tests.console.deskside import Table


def test_a_partners_token_is_shown_once_and_works_until_it_is_closed(table: Table) -> None:
    seat = table.seat("lead")
    form = {"csrf": seat.headers["x-csrf-token"], "name": "county-a", "marking": "内部", "may_add": "true"}

    page = seat.post("/intelligence/partners/peers", data=form).text

    found = re.search(r"gt_[\w-]+", page)
    assert found
    assert found[0] not in seat.get("/intelligence/partners").text
    partner = table.browser(authorization=f"Bearer {found[0]}")
    assert partner.get("/taxii2/").status_code == 200
    assert seat.post("/intelligence/partners/peers/close", data=form).status_code == 303
    assert partner.get("/taxii2/").status_code == 401


def test_a_feed_is_made_known_shown_and_stopped(table: Table) -> None:
    seat = table.seat("lead")
    form = {"csrf": seat.headers["x-csrf-token"], "name": "province", "url": "https://x.test/c/", "secret": ""}

    assert seat.post("/intelligence/partners/feeds", data=form).status_code == 303
    assert "https://x.test/c/" in seat.get("/intelligence/partners").text
    assert seat.post("/intelligence/partners/feeds", data={**form, "url": "file:///x"}).status_code == 422
    assert seat.post("/intelligence/partners/feeds/stop", data=form).status_code == 303
    (feed,) = seat.get("/api/v1/intelligence/partners").json()["feeds"]
    assert (feed["name"], feed["active"]) == ("province", False)


def test_the_api_makes_both(table: Table) -> None:
    seat = table.seat("analyst")

    made = seat.post("/api/v1/intelligence/partners/peers", json={"name": "b"})
    assert (made.status_code, made.json()["token"][:3]) == (201, "gt_")
    feed = {"name": "f", "url": "https://x.test/c/", "direction": "push"}
    assert seat.post("/api/v1/intelligence/partners/feeds", json=feed).status_code == 201


def test_who_sees_a_part_sees_and_manages_no_partners(table: Table) -> None:
    table.seat("lead").post("/api/v1/intelligence/partners/peers", json={"name": "b"})
    seat = table.seat("analyst", county="513301")

    assert seat.get("/api/v1/intelligence/partners").json() == {"peers": [], "feeds": []}
    assert seat.post("/api/v1/intelligence/partners/peers", json={"name": "b"}).status_code == 422
