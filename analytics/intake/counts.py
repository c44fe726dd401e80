"""What is counted when a segment is done: events by hour and site, the sensor's last word, the segment itself."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection, insert, select, update

from analytics.db import CHANGE, EVENT_HOUR, SEGMENT, SENSOR
from sensors.contract.batch import EventBatch
from sensors.contract.fields import PROBE
from sensors.contract.segment import Segment

# Segments made from files that a person imported: no sensor stands behind them that could fall silent.
IMPORT: Final = "import_"


def span(batch: EventBatch) -> tuple[datetime | None, datetime | None]:
    """The first and the last moment of a batch."""
    found = pc.min_max(batch.table.column("@timestamp")).as_py()
    return found["min"], found["max"]


def record_segment(connection: Connection, segment: Segment, at: datetime) -> None:
    """Say that a segment is done; after this it is never taken again."""
    first, last = span(segment.batch)
    connection.execute(
        insert(SEGMENT).values(
            id=str(segment.id),
            sensor=segment.id.sensor,
            dataset=segment.dataset,
            rows=len(segment.batch),
            first_at=first,
            last_at=last,
            done_at=at,
        )
    )


def count_hours(connection: Connection, batch: EventBatch) -> None:
    """Add a batch to the events per hour, dataset and site; events without a site count under the empty name."""
    for (hour, site), events in sorted(_hours(batch).items()):
        key = (EVENT_HOUR.c.hour == hour, EVENT_HOUR.c.dataset == batch.dataset, EVENT_HOUR.c.site_id == site)
        added = connection.execute(update(EVENT_HOUR).where(*key).values(events=EVENT_HOUR.c.events + events))
        if not added.rowcount:
            connection.execute(insert(EVENT_HOUR).values(hour=hour, dataset=batch.dataset, site_id=site, events=events))


def _hours(batch: EventBatch) -> Counter[tuple[datetime, str]]:
    table = pa.table(
        {
            "hour": pc.floor_temporal(batch.table.column("@timestamp"), unit="hour"),
            "site": pc.fill_null(batch.table.column("gongga.site.id"), ""),
        }
    )
    counted = table.group_by(["hour", "site"]).aggregate([([], "count_all")]).to_pylist()
    hours: Counter[tuple[datetime, str]] = Counter()
    for row in counted:
        if row["hour"] is not None:
            hours[row["hour"].astimezone(UTC), row["site"]] += row["count_all"]
    return hours


def record_sensor(connection: Connection, segment: Segment, at: datetime) -> None:
    """Note when the sensor was heard last, its newest number and its newest event."""
    name = segment.id.sensor
    if name.startswith(IMPORT):
        return
    _, newest = span(segment.batch)
    row = connection.execute(select(SENSOR).where(SENSOR.c.name == name)).first()
    if row is None:
        connection.execute(
            insert(SENSOR).values(
                name=name,
                kind=_kind(segment.dataset),
                last_seen=at,
                last_sequence=segment.id.sequence,
                last_event=newest,
                counters={},
            )
        )
    else:
        events = [moment for moment in (row.last_event, newest) if moment is not None]
        connection.execute(
            update(SENSOR)
            .where(SENSOR.c.name == name)
            .values(
                last_seen=at,
                last_sequence=max(row.last_sequence or 0, segment.id.sequence),
                last_event=max(events) if events else None,
            )
        )
    connection.execute(insert(CHANGE).values(at=at, topic="sensor", ref=name))


def _kind(dataset: str) -> str:
    if dataset in PROBE:
        return "probe"
    return "log" if dataset.startswith("log.") else "flow"
