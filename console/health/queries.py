"""How the system itself is: sensors, inbox, quarantine, drops, store."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Row, func, select

from analytics.data_folder import DataFolder
from analytics.db import EVENT_HOUR, QUARANTINE, SEGMENT, SENSOR
from console.health.jobs import JobState, jobs_done
from console.web.counts import SILENT_AFTER

QUARANTINE_SHOWN: Final = 50
# An inbox whose oldest segment waits longer than this is not being worked off.
STUCK_AFTER: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class SensorState:
    """One sensor as seen from here."""

    name: str
    kind: str
    last_seen: datetime | None
    # From the newest event to now.
    lag: timedelta | None
    silent: bool
    last_sequence: int | None
    # Segments that were numbered and never arrived.
    gaps: int
    segments: int
    rows: int
    dropped: Mapping[str, int]
    has_token: bool


@dataclass(frozen=True, slots=True)
class Heap:
    """So many files of so many bytes, the oldest from then."""

    files: int
    bytes: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class Health:
    """Everything the page shows."""

    now: datetime
    sensors: Sequence[SensorState]
    inbox: Heap
    quarantine: Sequence[Row[Any]]
    quarantined: int
    events: Heap
    database_bytes: int
    disk_free: int
    disk_size: int
    last_done: datetime | None
    hours: Sequence[tuple[datetime, int]]
    jobs: Sequence[JobState]

    @property
    def stuck(self) -> bool:
        """Whether segments wait that nobody takes."""
        return self.inbox.oldest is not None and self.now - self.inbox.oldest > STUCK_AFTER

    def document(self) -> dict[str, Any]:
        """The same as JSON values."""
        return {
            "at": self.now.isoformat(),
            "sensors": [_sensor_document(sensor) for sensor in self.sensors],
            "inbox": _heap_document(self.inbox),
            "stuck": self.stuck,
            "quarantine": {
                "total": self.quarantined,
                "newest": [
                    {"name": row.name, "reason": row.reason, "bytes": row.bytes, "at": row.at.isoformat()}
                    for row in self.quarantine
                ],
            },
            "events": _heap_document(self.events),
            "database_bytes": self.database_bytes,
            "disk": {"free": self.disk_free, "size": self.disk_size},
            "jobs": {job.name: job.done_at.isoformat() for job in self.jobs},
            "last_done": self.last_done.isoformat() if self.last_done else None,
        }


def health_of(connection: Connection, data: DataFolder, now: datetime) -> Health:
    """Look at the records and at the disk."""
    disk = shutil.disk_usage(data.root)
    return Health(
        now=now,
        sensors=_sensors(connection, now),
        inbox=_heap(data.inbox),
        quarantine=connection.execute(
            select(QUARANTINE).order_by(QUARANTINE.c.at.desc(), QUARANTINE.c.id.desc()).limit(QUARANTINE_SHOWN)
        ).all(),
        quarantined=connection.execute(select(func.count()).select_from(QUARANTINE)).scalar_one(),
        events=_heap(data.events),
        database_bytes=_size(data.database) + _size(data.database.with_name(f"{data.database.name}-wal")),
        disk_free=disk.free,
        disk_size=disk.total,
        last_done=connection.execute(select(func.max(SEGMENT.c.done_at))).scalar(),
        hours=_hours(connection, now),
        jobs=jobs_done(data.root / "jobs.json"),
    )


def _sensors(connection: Connection, now: datetime) -> list[SensorState]:
    taken = {
        row.sensor: row
        for row in connection.execute(
            select(SEGMENT.c.sensor, func.count().label("segments"), func.sum(SEGMENT.c.rows).label("rows")).group_by(
                SEGMENT.c.sensor
            )
        )
    }
    states = []
    for row in connection.execute(select(SENSOR).order_by(SENSOR.c.name)):
        mine = taken.get(row.name)
        segments = int(mine.segments) if mine else 0
        states.append(
            SensorState(
                name=row.name,
                kind=row.kind,
                last_seen=row.last_seen,
                lag=now - row.last_event if row.last_event else None,
                silent=row.last_seen is None or now - row.last_seen > SILENT_AFTER,
                last_sequence=row.last_sequence,
                gaps=_gaps(connection, row.name, row.last_sequence),
                segments=segments,
                rows=int(mine.rows or 0) if mine else 0,
                dropped={str(key): int(value) for key, value in sorted(_drops(row.counters).items())},
                has_token=row.token_hash is not None,
            )
        )
    return states


def _gaps(connection: Connection, sensor: str, last_sequence: int | None) -> int:
    """Numbers between the first and the last segment that are missing."""
    if last_sequence is None:
        return 0
    first, last, taken = connection.execute(
        select(func.min(SEGMENT.c.id), func.max(SEGMENT.c.id), func.count()).where(SEGMENT.c.sensor == sensor)
    ).one()
    if not taken:
        return 0
    return max(0, int(last.rsplit("-", 1)[1]) - int(first.rsplit("-", 1)[1]) + 1 - int(taken))


def _drops(counters: object) -> dict[str, int]:
    """The counters of a sensor that count what it lost."""
    if not isinstance(counters, Mapping):
        return {}
    refused = counters.get("refused")
    flat = {**counters, **refused} if isinstance(refused, Mapping) else dict(counters)
    return {
        key: value for key, value in flat.items() if isinstance(value, int) and not isinstance(value, bool) and value
    }


def _hours(connection: Connection, now: datetime) -> list[tuple[datetime, int]]:
    since = now.replace(minute=0, second=0, microsecond=0) - timedelta(hours=23)
    counted = {
        row.hour: int(row.events)
        for row in connection.execute(
            select(EVENT_HOUR.c.hour, func.sum(EVENT_HOUR.c.events).label("events"))
            .where(EVENT_HOUR.c.hour >= since)
            .group_by(EVENT_HOUR.c.hour)
        )
    }
    return [(hour, counted.get(hour, 0)) for hour in (since + timedelta(hours=number) for number in range(24))]


def _heap(folder: Path) -> Heap:
    """The finished files under a folder; a file that goes away while we look is not counted."""
    files, size, oldest = 0, 0, None
    for path in folder.rglob("*") if folder.exists() else ():
        if path.name.endswith(".part"):
            continue
        try:
            stat = path.stat()
        except FileNotFoundError:
            continue
        if path.is_file():
            files, size = files + 1, size + stat.st_size
            oldest = stat.st_mtime if oldest is None else min(oldest, stat.st_mtime)
    return Heap(files, size, datetime.fromtimestamp(oldest, UTC) if oldest is not None else None)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _heap_document(heap: Heap) -> dict[str, Any]:
    return {"files": heap.files, "bytes": heap.bytes, "oldest": heap.oldest.isoformat() if heap.oldest else None}


def _sensor_document(sensor: SensorState) -> dict[str, Any]:
    return {
        "name": sensor.name,
        "kind": sensor.kind,
        "last_seen": sensor.last_seen.isoformat() if sensor.last_seen else None,
        "lag_seconds": sensor.lag.total_seconds() if sensor.lag is not None else None,
        "silent": sensor.silent,
        "last_sequence": sensor.last_sequence,
        "gaps": sensor.gaps,
        "segments": sensor.segments,
        "rows": sensor.rows,
        "dropped": dict(sensor.dropped),
    }
