from __future__ import annotations

import errno
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

from analytics.alerts.claim import Claim, Why
from analytics.correlation.correlate import Correlator
from analytics.correlation.policy import load_policy
from analytics.data_folder import DataFolder
from analytics.db import (
    ALERT,
    CHANGE,
    EVENT_HOUR,
    FINDING,
    INCIDENT,
    METADATA,
    QUARANTINE,
    SEGMENT,
    SENSOR,
    open_database,
)
from analytics.grading.tables import load_tables
from analytics.intake.hits import PendingHits
from analytics.intake.intake import Detector, Intake, waiting
from analytics.inventory.inventory import Inventory, Site, build
from sensors.contract.batch import EventBatch
from sensors.contract.segment import Segment, encode, write
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
    store: Shelf
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


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    folder = DataFolder(tmp_path).prepare()
    engine = open_database(f"sqlite:///{folder.database}")
    METADATA.create_all(engine)
    store = Shelf()
    detectors: Callable[[PendingHits], Sequence[Detector]] = lambda _hits: (Missing(), Failing())  # noqa: E731
    inventory: Callable[[Any], Inventory] = lambda _connection: build([site()])  # noqa: E731
    intake = Intake(
        engine=engine,
        store=store,
        detectors=detectors,
        inventory=inventory,
        folder=folder,
        clock=lambda: at(3600),
        correlator=Correlator(load_policy(), load_tables(), no_look),
    )
    yield Bench(folder, engine, store, intake)
    engine.dispose()


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


def test_a_segment_is_enriched_stored_detected_and_marked_done(bench: Bench) -> None:
    bench.put(scan())

    assert bench.run() == ["done"]
    stored = bench.store.kept["s1-000001"]
    assert set(stored.column("gongga.site.id")) == {"kd-003"}
    assert set(stored.column("gongga.county")) == {"513301"}
    assert set(stored.column("network.direction")) == {"inbound"}
    (alert,) = bench.rows(ALERT)
    assert (alert["count"], alert["site_id"], alert["unit_id"], alert["status"]) == (3, "kd-003", "u-kd-003", "new")
    assert [row["id"] for row in bench.rows(SEGMENT)] == ["s1-000001"]
    assert [row["events"] for row in bench.rows(EVENT_HOUR)] == [3]
    assert [(row["name"], row["last_sequence"], row["kind"]) for row in bench.rows(SENSOR)] == [("s1", 1, "flow")]
    assert {row["topic"] for row in bench.rows(CHANGE)} == {"alert", "sensor"}
    assert waiting(bench.folder) == []


def test_the_same_segment_again_changes_nothing(bench: Bench) -> None:
    bench.put(scan())
    bench.run()
    before = [bench.rows(table) for table in (ALERT, SEGMENT, EVENT_HOUR, CHANGE)]
    bench.put(scan())

    assert bench.run() == ["had"]
    assert [bench.rows(table) for table in (ALERT, SEGMENT, EVENT_HOUR, CHANGE)] == before
    assert waiting(bench.folder) == []


def test_claims_of_two_segments_become_one_alert_in_any_order(bench: Bench) -> None:
    bench.put(scan(sequence=1, start=900), scan(sequence=2, start=0))

    bench.run()

    (alert,) = bench.rows(ALERT)
    assert (alert["count"], alert["first_seen"], alert["last_seen"]) == (6, at(0), at(902))


@pytest.mark.parametrize("cut", [0, 10, 500, -40, -1])
def test_a_truncated_segment_goes_to_quarantine_with_one_sentence(bench: Bench, cut: int) -> None:
    content = encode(scan())
    (bench.folder.inbox / "s1-000001.arrow").write_bytes(content[:cut])

    assert bench.run() == ["quarantined"]
    (row,) = bench.rows(QUARANTINE)
    assert row["reason"].startswith("s1-000001.arrow: ")
    assert "\n" not in row["reason"]
    assert (bench.folder.quarantine / row["name"]).read_bytes() == content[:cut]
    assert (waiting(bench.folder), bench.store.kept) == ([], {})


def test_a_flipped_byte_is_refused_wherever_it_is(bench: Bench) -> None:
    content = encode(scan())
    for place in range(0, len(content), max(1, len(content) // 40)):
        damaged = bytearray(content)
        damaged[place] ^= 0x20
        (bench.folder.inbox / "s1-000001.arrow").write_bytes(damaged)
        assert bench.run() == ["quarantined"], place

    assert (bench.store.kept, bench.rows(ALERT), bench.rows(SEGMENT)) == ({}, [], [])


def test_a_segment_of_a_wrong_schema_goes_to_quarantine_and_the_next_one_is_taken(bench: Bench) -> None:
    (bench.folder.inbox / "s0-000001.arrow").write_bytes(b"PAR1 is not what this folder takes")
    bench.put(scan())

    assert bench.run() == ["quarantined", "done"]


def test_a_full_disk_keeps_the_segment_and_loses_nothing(bench: Bench) -> None:
    bench.put(scan())
    bench.store.full = True
    (path,) = waiting(bench.folder)

    outcome = bench.intake.take(path)

    assert outcome.kind == "kept"
    assert outcome.reason.count("the disk is full") == 1
    assert waiting(bench.folder) == [path]
    bench.store.full = False
    assert bench.run() == ["done"]
    assert len(bench.rows(ALERT)) == 1


def test_a_probe_result_becomes_a_finding_and_a_replaced_page_an_incident(bench: Bench) -> None:
    bench.put(scan(), look("fail", 1, 60, "content/footer-mark-missing"), look("fail", 2, 120))

    assert bench.run() == ["done", "done", "done"]
    (finding,) = bench.rows(FINDING)
    assert (finding["state"], finding["addresses"]) == ("new", ["10.0.3.17:80"])
    (incident,) = bench.rows(INCIDENT)
    assert incident["class_code"] == "02.09"
    assert incident["title"] == "康定市示例局：网页篡改"
    assert {row["incident_id"] for row in bench.rows(ALERT)} == {incident["id"]}


def test_an_event_of_no_site_is_kept_without_one(bench: Bench) -> None:
    bench.put(segment("flow", {"source.ip": "192.0.2.1", "destination.ip": "192.0.2.2", "destination.port": 9}))

    assert bench.run() == ["done"]
    assert bench.store.kept["s1-000001"].column("gongga.site.id") == [None]
    assert [row["site_id"] for row in bench.rows(EVENT_HOUR)] == [""]
