from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from analytics.alerts.upsert import upsert
from analytics.db import ALERT, CHANGE
from analytics.inventory.inventory import build
from tests.analytics_values import claim, records
from tests.factories import at
from tests.intake_bench import site

INVENTORY = build([site()])


def test_claims_of_one_key_become_one_alert_with_the_sites_unit() -> None:
    with records() as connection:
        stored = upsert(connection, [claim(), claim(first_seen=at(120), last_seen=at(180))], INVENTORY, at(200))

        (row,) = connection.execute(select(ALERT)).mappings()
        assert (stored.opened, row["count"], row["unit_id"], row["county"]) == (1, 6, "u-kd-003", "513301")
        assert row["why"] == [{"weight": 0.5, "text": "3 个不存在的路径", "text_en": "3 missing paths"}]
        assert connection.execute(select(CHANGE.c.topic, CHANGE.c.ref)).all() == [("alert", row["id"])]


def test_a_later_claim_continues_the_stored_alert_and_leaves_the_verdict_alone() -> None:
    with records() as connection:
        upsert(connection, [claim()], INVENTORY, at(200))
        connection.execute(update(ALERT).values(status="acknowledged", version=2))

        again = upsert(connection, [claim(first_seen=at(300), last_seen=at(300), count=1)], INVENTORY, at(400))

        (row,) = connection.execute(select(ALERT)).mappings()
        assert (again.opened, row["count"], row["status"], row["version"]) == (0, 4, "acknowledged", 2)


def test_a_pause_over_the_gap_opens_a_second_alert() -> None:
    with records() as connection:
        upsert(connection, [claim(), claim(first_seen=at(9000), last_seen=at(9000))], INVENTORY, at(9001))

        assert len(connection.execute(select(ALERT)).all()) == 2


def test_what_comes_after_a_false_verdict_is_a_new_alert() -> None:
    with records() as connection:
        upsert(connection, [claim()], INVENTORY, at(200))
        connection.execute(update(ALERT).values(status="false"))

        upsert(connection, [claim()], INVENTORY, at(300))

        assert sorted(connection.scalars(select(ALERT.c.status))) == ["false", "new"]


def test_no_claims_write_nothing() -> None:
    with records() as connection:
        assert upsert(connection, [], INVENTORY, at(0)).alerts == ()
        assert connection.execute(select(CHANGE)).all() == []


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(st.integers(0, 40_000), max_size=4), max_size=6))
def test_no_claim_is_lost_or_counted_twice_in_whatever_order_segments_come(segments: list[list[int]]) -> None:
    with records() as connection:
        for times in segments:
            claims = [claim(first_seen=at(seconds), last_seen=at(seconds), count=1) for seconds in times]
            upsert(connection, claims, INVENTORY, at(50_000))

        rows = connection.execute(select(ALERT)).all()
        every = [seconds for times in segments for seconds in times]
        assert sum(row.count for row in rows) == len(every)
        assert all(any(row.first_seen <= at(seconds) <= row.last_seen for row in rows) for seconds in every)
        assert len({row.id for row in rows}) == len(rows)
