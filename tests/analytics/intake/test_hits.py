from __future__ import annotations

from typing import Any

from sqlalchemy import select

from analytics.db import SIGMA_HIT
from analytics.intake.hits import PendingHits, prune_hits
from analytics.sigma.correlate import Hit
from tests.analytics_values import records
from tests.factories import at


def hit(rule: str = "r1", event: str = "s1-000001-0", seconds: float = 0, **values: Any) -> Hit:
    return Hit(rule, event, at(seconds), values or {"source.ip": "203.0.113.77"})


def test_stored_and_pending_hits_of_a_window_come_in_order_of_time() -> None:
    with records() as connection:
        before = PendingHits(connection)
        before.add([hit(event="a", seconds=10), hit(event="late", seconds=99)])
        before.write(connection)
        hits = PendingHits(connection)
        hits.add([hit(event="b", seconds=5), hit("other", event="c", seconds=6)])

        assert [one.event_id for one in hits.window(["r1"], at(0), at(50))] == ["b", "a"]
        assert [one.event_id for one in hits.window(["r1", "other"], at(6), at(99))] == ["c", "a", "late"]


def test_the_window_of_one_group_leaves_the_others_out() -> None:
    with records() as connection:
        hits = PendingHits(connection)
        hits.add([hit(event="a"), hit(event="b", seconds=0, **{"source.ip": "198.51.100.1"})])

        found = hits.window(["r1"], at(0), at(50), {"source.ip": "198.51.100.1"})
        assert [one.event_id for one in found] == ["b"]


def test_a_hit_is_remembered_once_however_often_it_is_added() -> None:
    with records() as connection:
        for _ in range(2):
            hits = PendingHits(connection)
            hits.add([hit(), hit()])
            hits.write(connection)

        (row,) = connection.execute(select(SIGMA_HIT)).all()
        assert (row.at, row.values) == (at(0), {"source.ip": "203.0.113.77"})


def test_old_hits_are_forgotten() -> None:
    with records() as connection:
        hits = PendingHits(connection)
        hits.add([hit(event="old"), hit(event="new", seconds=100)])
        hits.write(connection)

        assert prune_hits(connection, at(100)) == 1
        assert list(connection.scalars(select(SIGMA_HIT.c.event_id))) == ["new"]
