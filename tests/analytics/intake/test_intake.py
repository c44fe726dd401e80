from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import ipc

from analytics.db import ALERT, CHANGE, EVENT_HOUR, FINDING, INCIDENT, QUARANTINE, SEGMENT, SENSOR
from analytics.intake.intake import waiting
from analytics.store.parquet import ParquetStore
from sensors.contract.segment import MAX_SEGMENT_BYTES, encode
from tests.factories import at, segment
from tests.intake_bench import Bench, Shelf, look, open_bench, scan


@pytest.fixture
def store() -> Shelf:
    return Shelf()


@pytest.fixture
def bench(tmp_path: Path, store: Shelf) -> Iterator[Bench]:
    opened = open_bench(tmp_path, store)
    yield opened
    opened.engine.dispose()


def test_a_segment_is_enriched_stored_detected_and_marked_done(bench: Bench, store: Shelf) -> None:
    bench.put(scan())

    assert bench.run() == ["done"]
    stored = store.kept["s1-000001"]
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
def test_a_truncated_segment_goes_to_quarantine_with_one_sentence(bench: Bench, store: Shelf, cut: int) -> None:
    content = encode(scan())
    (bench.folder.inbox / "s1-000001.arrow").write_bytes(content[:cut])

    assert bench.run() == ["quarantined"]
    (row,) = bench.rows(QUARANTINE)
    assert row["reason"].startswith("s1-000001.arrow: ")
    assert "\n" not in row["reason"]
    assert (bench.folder.quarantine / row["name"]).read_bytes() == content[:cut]
    assert (waiting(bench.folder), store.kept) == ([], {})


def test_a_flipped_byte_is_refused_wherever_it_is(bench: Bench, store: Shelf) -> None:
    content = encode(scan())
    for place in range(0, len(content), max(1, len(content) // 40)):
        damaged = bytearray(content)
        damaged[place] ^= 0x20
        (bench.folder.inbox / "s1-000001.arrow").write_bytes(damaged)
        assert bench.run() == ["quarantined"], place

    assert (store.kept, bench.rows(ALERT), bench.rows(SEGMENT)) == ({}, [], [])


def test_a_segment_of_a_wrong_schema_goes_to_quarantine_and_the_next_one_is_taken(bench: Bench) -> None:
    (bench.folder.inbox / "s0-000001.arrow").write_bytes(b"PAR1 is not what this folder takes")
    bench.put(scan())

    assert bench.run() == ["quarantined", "done"]


def test_a_full_disk_keeps_the_segment_and_loses_nothing(bench: Bench, store: Shelf) -> None:
    bench.put(scan())
    store.full = True
    (path,) = waiting(bench.folder)

    outcome = bench.intake.take(path)

    assert outcome.kind == "kept"
    assert outcome.reason.count("the disk is full") == 1
    assert waiting(bench.folder) == [path]
    store.full = False
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


def test_an_event_of_no_site_is_kept_without_one(bench: Bench, store: Shelf) -> None:
    bench.put(segment("flow", {"source.ip": "192.0.2.1", "destination.ip": "192.0.2.2", "destination.port": 9}))

    assert bench.run() == ["done"]
    assert store.kept["s1-000001"].column("gongga.site.id") == [None]
    assert [row["site_id"] for row in bench.rows(EVENT_HOUR)] == [""]


def test_a_full_disk_under_the_real_store_is_one_sentence_and_the_next_try_succeeds(tmp_path: Path) -> None:
    day = tmp_path / "events" / "http" / "2026-11-23"
    day.mkdir(parents=True)
    (day / f".s1-000001.parquet.{os.getpid()}.part").symlink_to("/dev/full")
    bench = open_bench(tmp_path, ParquetStore(tmp_path / "events"))
    bench.put(scan())
    (path,) = waiting(bench.folder)

    outcome = bench.intake.take(path)

    assert outcome.kind == "kept"
    assert "the disk is full" in outcome.reason
    assert bench.rows(ALERT) == []
    assert bench.run() == ["done"]
    assert [row["count"] for row in bench.rows(ALERT)] == [3]
    bench.engine.dispose()


def test_an_arrow_file_of_another_program_is_no_segment(bench: Bench) -> None:
    table = pa.table({"@timestamp": [1, 2], "event.id": ["s1-000001-0", "s1-000001-1"]})
    with ipc.new_file(bench.folder.inbox / "s1-000001.arrow", table.schema) as writer:
        writer.write_table(table)

    assert bench.run() == ["quarantined"]
    assert "not a Gongga segment" in bench.rows(QUARANTINE)[0]["reason"]


def test_a_file_larger_than_any_segment_is_set_aside_unread(bench: Bench) -> None:
    with (bench.folder.inbox / "s1-000001.arrow").open("wb") as file:
        file.truncate(MAX_SEGMENT_BYTES + 1)

    assert bench.run() == ["quarantined"]
    assert "at most" in bench.rows(QUARANTINE)[0]["reason"]
    assert waiting(bench.folder) == []
