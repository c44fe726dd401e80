from __future__ import annotations

from sqlalchemy import Connection, insert, select

from analytics.alerts.upsert import upsert
from analytics.correlation.records import (
    enter,
    join,
    members,
    new_id,
    one_incident,
    open_incidents,
    sites_touched,
    unassigned,
    widen,
)
from analytics.db import ALERT, INCIDENT, INCIDENT_ENTRY
from analytics.grading.tables import Words
from analytics.inventory.inventory import build
from tests.analytics_values import alert, claim, records
from tests.factories import at
from tests.intake_bench import site

INVENTORY = build([site()])


def incident(connection: Connection, name: str = "2026-0001", state: str = "open") -> str:
    connection.execute(
        insert(INCIDENT).values(
            id=name,
            title="事件",
            title_en="incident",
            site_id="kd-003",
            state=state,
            grading={},
            entities=[],
            stages=[],
            occurred_at=at(0),
            detected_at=at(0),
            last_seen=at(60),
            version=1,
        )
    )
    return name


def test_an_alert_becomes_a_member_once_and_is_no_longer_free() -> None:
    with records() as connection:
        (stored,) = upsert(connection, [claim()], INVENTORY, at(0)).alerts
        name = incident(connection)
        assert [one.id for one in unassigned(connection, at(0), "kd-003")] == [stored.id]

        assert join(connection, name, "alert", stored.id, "同一网站", at(1))
        assert not join(connection, name, "alert", stored.id, "同一网站", at(2))

        assert [one.id for one in members(connection, name)] == [stored.id]
        assert unassigned(connection, at(0), "kd-003") == []


def test_alerts_of_no_site_are_found_by_their_source() -> None:
    with records() as connection:
        upsert(connection, [claim(site_id=None)], INVENTORY, at(0))

        assert len(unassigned(connection, at(0), None, ["203.0.113.77"])) == 1
        assert unassigned(connection, at(0), None, ["198.51.100.1"]) == []
        assert unassigned(connection, at(0), "kd-003") == []


def test_a_line_of_the_timeline_is_written_once() -> None:
    with records() as connection:
        name = incident(connection)
        for _ in range(2):
            enter(connection, name, "alert", "al-1", at(0), at(1), Words("告警", "Alert"), "gongga")

        assert len(connection.execute(select(INCIDENT_ENTRY)).all()) == 1


def test_an_incident_reaches_as_far_as_its_members() -> None:
    with records() as connection:
        name = incident(connection)

        widen(connection, name, alert(first_seen=at(-30), last_seen=at(90)))

        found = one_incident(connection, name)
        assert found is not None
        assert (found.occurred_at, found.last_seen, found.entities) == (at(-30), at(90), ("203.0.113.77",))


def test_incidents_at_rest_and_long_past_are_not_open() -> None:
    with records() as connection:
        incident(connection)
        incident(connection, "2026-0002", "closed")

        assert [one.id for one in open_incidents(connection)] == ["2026-0001"]
        assert open_incidents(connection, at(61)) == []
        assert new_id(connection, at(0)) == "2026-0003"
        assert one_incident(connection, "2026-0009") is None


def test_the_sites_that_a_source_touches_are_counted_once_each() -> None:
    with records() as connection:
        claims = [claim(key=str(number), site_id=f"s-{number % 2}") for number in range(4)]
        upsert(connection, claims, INVENTORY, at(0))

        assert sites_touched(connection, "203.0.113.77", at(0)) == 2
        assert sites_touched(connection, "203.0.113.77", at(999)) == 0
        assert len(connection.execute(select(ALERT)).all()) == 4
