from __future__ import annotations

import pytest
from sqlalchemy import select

from analytics.db import CHANGE, EVENT_HOUR, SEGMENT, SENSOR
from analytics.intake.counts import count_hours, record_segment, record_sensor, span
from tests.analytics_values import records
from tests.factories import at, segment
from tests.intake_bench import look, scan


def test_events_are_counted_by_hour_and_site_and_added_up() -> None:
    rows = [
        {"@timestamp": at(0), "gongga.site.id": "kd-003"},
        {"@timestamp": at(3599), "gongga.site.id": "kd-003"},
        {"@timestamp": at(3600), "gongga.site.id": "kd-003"},
        {"@timestamp": at(1)},
    ]
    with records() as connection:
        for _ in range(2):
            count_hours(connection, segment("flow", *rows).batch)

        counted = {(row.hour, row.site_id): row.events for row in connection.execute(select(EVENT_HOUR))}
        assert counted == {(at(0), "kd-003"): 4, (at(3600), "kd-003"): 2, (at(0), ""): 2}


def test_a_sensors_last_word_goes_forward_only() -> None:
    with records() as connection:
        record_sensor(connection, scan(sequence=9, start=500), at(1000))
        record_sensor(connection, scan(sequence=3, start=0), at(1001))

        row = connection.execute(select(SENSOR)).one()
        assert (row.last_sequence, row.last_event, row.last_seen, row.kind) == (9, at(502), at(1001), "flow")
        assert connection.execute(select(CHANGE.c.topic)).all() == [("sensor",)] * 2


@pytest.mark.parametrize(("sensor", "kinds"), [("probe", ["probe"]), ("import_00ff", [])])
def test_an_import_is_no_sensor_that_could_fall_silent(sensor: str, kinds: list[str]) -> None:
    made = look("pass", 1, 0) if sensor == "probe" else segment("log.web", {"source.ip": "192.0.2.1"}, sensor=sensor)
    with records() as connection:
        record_sensor(connection, made, at(0))

        assert list(connection.scalars(select(SENSOR.c.kind))) == kinds


def test_a_segment_is_recorded_with_its_span() -> None:
    with records() as connection:
        record_segment(connection, scan(), at(99))

        row = connection.execute(select(SEGMENT)).one()
        assert (row.id, row.rows, row.first_at, row.last_at, row.done_at) == ("s1-000001", 3, at(0), at(2), at(99))
        assert span(segment("flow").batch) == (None, None)
