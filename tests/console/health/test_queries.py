"""How the system itself is."""

from __future__ import annotations

import os
from datetime import timedelta

from sqlalchemy import insert

from analytics.db import EVENT_HOUR, QUARANTINE, SEGMENT, SENSOR
from console.health.queries import Health, health_of
from tests.console.deskside import Table
from tests.factories import NOON, at


def look(table: Table) -> Health:
    with table.desk.reads.begin() as connection:
        return health_of(connection, table.desk.data, NOON)


def sensor(table: Table, name: str, **values: object) -> None:
    row = {"name": name, "kind": "flow", "counters": {}, "last_seen": NOON, **values}
    with table.desk.engine.begin() as connection:
        connection.execute(insert(SENSOR).values(row))


def segments(table: Table, sensor_name: str, *numbers: int) -> None:
    with table.desk.engine.begin() as connection:
        for number in numbers:
            connection.execute(
                insert(SEGMENT).values(
                    id=f"{sensor_name}-{number:06d}", sensor=sensor_name, dataset="http", rows=10, done_at=at(number)
                )
            )


def test_lag_is_from_the_newest_event_and_silence_from_the_last_word(table: Table) -> None:
    sensor(table, "a", last_event=at(-90), last_seen=at(-5))
    sensor(table, "b", last_seen=NOON - timedelta(minutes=11))

    a, b = look(table).sensors

    assert (a.lag, a.silent) == (timedelta(seconds=90), False)
    assert (b.lag, b.silent) == (None, True)


def test_numbers_that_never_came_are_gaps(table: Table) -> None:
    sensor(table, "a", last_sequence=9)
    sensor(table, "b", last_sequence=3)
    segments(table, "a", 4, 5, 8, 9)
    segments(table, "b", 1, 2, 3)

    a, b = look(table).sensors

    assert (a.gaps, a.segments, a.rows) == (2, 4, 40)
    assert b.gaps == 0


def test_numbers_keep_their_order_when_they_grow_a_digit(table: Table) -> None:
    sensor(table, "a", last_sequence=1_000_001)
    segments(table, "a", 999_998, 999_999, 1_000_000, 1_000_001)

    assert look(table).sensors[0].gaps == 0


def test_drops_are_shown_with_their_reasons(table: Table) -> None:
    sensor(table, "a", counters={"evicted": 3, "refused": {"truncated": 4, "zero": 0}, "read": "x"})

    assert look(table).sensors[0].dropped == {"evicted": 3, "truncated": 4}


def test_an_inbox_that_nobody_works_off_is_stuck(table: Table) -> None:
    waiting = table.desk.data.inbox / "a-000001.arrow"
    waiting.write_bytes(b"12345")
    (table.desk.data.inbox / "a-000002.arrow.part").write_bytes(b"unfinished")
    os.utime(waiting, (NOON.timestamp() - 600, NOON.timestamp() - 600))

    health = look(table)

    assert (health.inbox.files, health.inbox.bytes, health.stuck) == (1, 5, True)


def test_an_empty_installation_is_healthy(table: Table) -> None:
    health = look(table)

    assert not health.stuck
    assert (health.sensors, health.quarantined, health.last_done) == ([], 0, None)
    assert len(health.hours) == 24
    assert health.disk_free > 0


def test_hours_add_up_over_sites_and_the_quarantine_is_newest_first(table: Table) -> None:
    with table.desk.engine.begin() as connection:
        for site in ("kd-1", "kd-2"):
            connection.execute(insert(EVENT_HOUR).values(hour=NOON, dataset="http", site_id=site, events=5))
        for number in range(3):
            connection.execute(insert(QUARANTINE).values(name=f"q{number}", reason="bad", bytes=1, at=at(number)))

    health = look(table)

    assert health.hours[-1] == (NOON, 10)
    assert [row.name for row in health.quarantine] == ["q2", "q1", "q0"]
    assert health.document()["quarantine"]["total"] == 3
