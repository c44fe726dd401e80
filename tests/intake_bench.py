"""A whole intake over a folder of its own, with detectors small enough to foresee, for tests of what comes out."""

from __future__ import annotations

import errno
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, select

from analytics.alerts.claim import Claim, Why
from analytics.correlation.correlate import Correlator
from analytics.correlation.policy import load_policy
from analytics.data_folder import DataFolder
from analytics.db import METADATA, open_database
from analytics.grading.tables import load_tables
from analytics.intake.hits import PendingHits
from analytics.intake.intake import Appends, Detector, Intake, waiting
from analytics.inventory.inventory import Inventory, Site, build
from sensors.contract.batch import EventBatch
from sensors.contract.segment import Segment, write
from tests.factories import at, segment


def site(name: str = "kd-003", **facts: Any) -> Site:
    return Site(
        **{
            "id": name,
            "unit_id": f"u-{name}",
            "county": "513301",
            "name": "康定市示例局",
            "url": f"https://{name}.example/",
            "hosts": (f"{name}.example",),
            "addresses": ("10.0.3.17",),
            "ports": (80, 443),
            "rank": "部门",
            "protection_level": 2,
            "is_cii": False,
            **facts,
        }
    )


@dataclass(slots=True)
class Shelf:
    """An event store of the smallest kind: one entry a segment."""

    kept: dict[str, EventBatch] = field(default_factory=dict)
    full: bool = False

    def append(self, one: Segment) -> int:
        if self.full:
            raise OSError(errno.ENOSPC, "No space left on device")
        if str(one.id) in self.kept:
            return 0
        self.kept[str(one.id)] = one.batch
        return len(one.batch)


class Missing:
    """Claims that somebody asks for what is not there."""

    def detect(self, batch: EventBatch) -> list[Claim]:
        if batch.dataset != "http":
            return []
        by_source: dict[tuple[str, str], list[tuple[datetime, str]]] = {}
        for when, event, name, source, status in zip(
            *(
                batch.column(column)
                for column in ("@timestamp", "event.id", "gongga.site.id", "source.ip", "http.response.status_code")
            ),
            strict=True,
        ):
            if status == 404 and name:
                by_source.setdefault((name, source), []).append((when, event))
        return [
            Claim(
                detector="sigma",
                rule_id="missing",
                title=f"{source} 请求不存在的路径",
                title_en=f"{source} asks for missing paths",
                level="medium",
                site_id=name,
                entity=source,
                first_seen=min(when for when, _ in hits),
                last_seen=max(when for when, _ in hits),
                count=len(hits),
                why=(Why(0.5, f"{len(hits)} 个不存在的路径"),),
                event_ids=tuple(event for _, event in hits),
                key=f"missing|{name}|{source}",
                stage="reconnaissance",
                class_code="02.01",
            )
            for (name, source), hits in by_source.items()
        ]


class Failing:
    """Claims that a probe found the home page replaced."""

    def detect(self, batch: EventBatch) -> list[Claim]:
        if batch.dataset != "probe.content":
            return []
        return [
            Claim(
                detector="sigma",
                rule_id="tamper",
                title="首页被替换",
                title_en="Home page replaced",
                level="critical",
                site_id=name,
                entity=name,
                first_seen=when,
                last_seen=when,
                count=1,
                why=(Why(0.9, "页面与基线不符"),),
                event_ids=(event,),
                key=f"tamper|{name}",
                stage="impact",
            )
            for when, event, name, check, result in zip(
                *(
                    batch.column(column)
                    for column in (
                        "@timestamp",
                        "event.id",
                        "gongga.site.id",
                        "gongga.check.id",
                        "gongga.check.result",
                    )
                ),
                strict=True,
            )
            if check == "content/tamper" and result == "fail"
        ]


@dataclass(slots=True)
class Bench:
    """An intake over a fresh folder."""

    folder: DataFolder
    engine: Engine
    intake: Intake

    def put(self, *segments: Segment) -> None:
        for one in segments:
            write(one, self.folder.inbox)

    def run(self) -> list[str]:
        return [self.intake.take(path).kind for path in waiting(self.folder)]

    def rows(self, table: Any) -> list[dict[str, Any]]:
        with self.engine.connect() as connection:
            return [dict(row) for row in connection.execute(select(table)).mappings()]


def no_look(site_id: str, check_id: str, before: datetime) -> datetime | None:
    return None


def detectors(_hits: PendingHits) -> Sequence[Detector]:
    return (Missing(), Failing())


def inventory(_connection: Connection) -> Inventory:
    return build([site()])


def open_bench(root: Path, store: Appends) -> Bench:
    """An intake over this folder, which may have been worked on before."""
    folder = DataFolder(root).prepare()
    engine = open_database(f"sqlite:///{folder.database}")
    METADATA.create_all(engine)
    intake = Intake(
        engine=engine,
        store=store,
        detectors=detectors,
        inventory=inventory,
        folder=folder,
        clock=lambda: at(3600),
        correlator=Correlator(load_policy(), load_tables(), no_look),
    )
    return Bench(folder, engine, intake)


def scan(sequence: int = 1, rows: int = 3, start: float = 0) -> Segment:
    return segment(
        "http",
        *(
            {
                "@timestamp": at(start + number),
                "source.ip": "203.0.113.77",
                "destination.ip": "10.0.3.17",
                "destination.port": 80,
                "url.domain": "kd-003.example",
                "http.response.status_code": 404,
            }
            for number in range(rows)
        ),
        sequence=sequence,
    )


def look(result: str, sequence: int, seconds: float, check: str = "content/tamper") -> Segment:
    return segment(
        "probe.content",
        {
            "@timestamp": at(seconds),
            "gongga.site.id": "kd-003",
            "gongga.check.id": check,
            "gongga.check.result": result,
            "gongga.check.location": "/",
            "server.ip": "10.0.3.17",
            "url.port": 80,
        },
        sensor="probe",
        sequence=sequence,
    )
