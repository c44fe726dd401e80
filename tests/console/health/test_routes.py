"""The page of health."""

from __future__ import annotations

from sqlalchemy import insert

from analytics.db import QUARANTINE, SENSOR
from tests.console.deskside import Table
from tests.factories import NOON


def test_the_page_and_the_api_say_the_same(table: Table) -> None:
    with table.desk.engine.begin() as connection:
        connection.execute(insert(SENSOR).values(name="s1", kind="flow", counters={"evicted": 3}, last_seen=NOON))
        connection.execute(insert(QUARANTINE).values(name="s1-000044.arrow", reason="damaged", bytes=20480, at=NOON))
    seat = table.seat("analyst")

    page, data = seat.get("/health").text, seat.get("/api/v1/health").json()

    assert "evicted 3" in page
    assert data["sensors"][0]["dropped"] == {"evicted": 3}
    assert "damaged" in page
    assert "20 KB" in page
    assert data["quarantine"]["newest"][0]["reason"] == "damaged"


def test_without_sensors_the_page_says_how_to_get_one(table: Table) -> None:
    assert "gongga sensor token" in table.seat("analyst").get("/health/parts").text


def test_anybody_may_ask_whether_the_desk_is_alive(table: Table) -> None:
    assert table.browser().get("/alive").json() == {"gongga": "alive"}
