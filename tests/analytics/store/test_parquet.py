"""The event store over Parquet."""

from __future__ import annotations

import errno
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from analytics.store.parquet import ParquetStore
from analytics.store.store import Page, Query, StoreError
from tests.factories import NOON, at, segment

DAY = timedelta(days=1)


def everything(text: str = "*", **more: object) -> Query:
    return Query(text, NOON - 5 * DAY, NOON + 5 * DAY, **more)


def ids(store: ParquetStore, query: Query, size: int = 1000) -> list[str]:
    return [row["event"]["id"] for row in store.search(query, Page(size)).rows]


@pytest.fixture
def store(tmp_path: Path) -> ParquetStore:
    return ParquetStore(tmp_path)


def test_the_same_segment_twice_is_the_same_as_once(store: ParquetStore) -> None:
    two_days = segment("http", {"url.path": "/a"}, {"@timestamp": NOON + DAY, "url.path": "/b"})

    assert store.append(two_days) == 2
    assert store.append(two_days) == 0
    assert ids(store, everything()) == ["s1-000001-1", "s1-000001-0"]


def test_a_segment_half_stored_by_a_crash_is_completed(store: ParquetStore, tmp_path: Path) -> None:
    two_days = segment("http", {"url.path": "/a"}, {"@timestamp": NOON + DAY, "url.path": "/b"})
    store.append(two_days)
    (tmp_path / "http" / "2026-11-24" / "s1-000001.parquet").unlink()

    assert store.append(two_days) == 1
    assert len(ids(store, everything())) == 2


def test_pages_visit_every_event_once_newest_first(store: ParquetStore) -> None:
    for number in range(1, 6):
        rows = [{"@timestamp": at(3600 * number * 5 + second % 3)} for second in range(7)]
        store.append(segment("dns" if number % 2 else "http", *rows, sequence=number))

    seen: list[str] = []
    page = Page(4)
    while True:
        result = store.search(everything(), page)
        seen += [row["event"]["id"] for row in result.rows]
        if result.next is None:
            break
        page = Page(4, result.next)

    assert len(seen) == len(set(seen)) == 35
    assert seen == ids(store, everything())


def test_a_viewer_sees_the_sites_of_his_scope_only(store: ParquetStore) -> None:
    store.append(segment("http", {"gongga.site.id": "a"}, {"gongga.site.id": "b"}, {}))

    assert ids(store, everything(sites=("a",))) == ["s1-000001-0"]
    assert ids(store, everything(sites=())) == []


def test_events_are_found_by_id_before_and_after_joining(store: ParquetStore) -> None:
    for number in range(1, 4):
        store.append(segment("http", {"url.path": f"/{number}"}, {}, sequence=number))
    before = ids(store, everything())

    assert store.compact(NOON + 3 * DAY) == 2

    found = store.get("s1-000002-0")
    assert found is not None
    assert found["url"]["path"] == "/2"
    assert ids(store, everything()) == before
    assert store.append(segment("http", {"url.path": "/2"}, {}, sequence=2)) == 0
    assert store.get("s9-000001-0") is None
    assert store.get("nonsense") is None
    assert [row["event"]["id"] for row in store.events(["s1-000003-1", "s1-000001-0"])] == [
        "s1-000003-1",
        "s1-000001-0",
    ]


def test_joining_leaves_today_alone_and_can_go_on(store: ParquetStore) -> None:
    store.append(segment("http", {}, sequence=1))
    store.append(segment("http", {}, sequence=2))
    assert store.compact(NOON) == 0
    assert store.compact(NOON + DAY) == 1
    store.append(segment("http", {}, sequence=3))

    assert store.compact(NOON + DAY) == 1
    assert len(ids(store, everything())) == 3
    assert store.stats().files == 1


def test_counts_over_time_and_by_value(store: ParquetStore) -> None:
    store.append(segment("http", {"source.ip": "10.0.0.1"}, {"source.ip": "10.0.0.1"}, {"source.ip": "10.0.0.2"}))
    store.append(segment("dns", {"@timestamp": at(7200)}, sequence=2))

    buckets = store.histogram(everything(), timedelta(hours=1))

    assert [(bucket.at, bucket.dataset, bucket.count) for bucket in buckets] == [
        (NOON, "http", 3),
        (at(7200), "dns", 1),
    ]
    assert store.top(everything(), "source.ip", 5) == [("10.0.0.1", 2), ("10.0.0.2", 1)]


def test_scanning_gives_columns_of_one_site_within_the_span(store: ParquetStore) -> None:
    store.append(segment("http", {"gongga.site.id": "a", "url.path": "/1"}, {"gongga.site.id": "b"}))
    store.append(segment("http", {"@timestamp": NOON + DAY, "gongga.site.id": "a", "url.path": "/2"}, sequence=2))

    tables = list(store.scan("http", NOON, NOON + 2 * DAY, site="a", columns=("url.path",)))

    assert pa.concat_tables(tables).to_pydict() == {"url.path": ["/1", "/2"]}
    assert next(store.scan("http", NOON, NOON + DAY, site="b", columns=("url.path",))).num_rows == 1


def test_expiry_deletes_whole_days_only(store: ParquetStore) -> None:
    store.append(segment("http", {}, {"@timestamp": NOON + DAY}))

    assert store.expire(NOON + DAY) == 1
    assert ids(store, everything()) == ["s1-000001-1"]


def test_a_damaged_file_is_named_and_the_rest_found(store: ParquetStore, tmp_path: Path) -> None:
    store.append(segment("http", {}, sequence=1))
    store.append(segment("http", {}, sequence=2))
    (tmp_path / "http" / "2026-11-23" / "s1-000001.parquet").write_bytes(b"PAR1 no")

    result = store.search(everything(), Page(10))

    assert [row["event"]["id"] for row in result.rows] == ["s1-000002-0"]
    assert result.damaged == ("http/2026-11-23/s1-000001.parquet",)


def test_a_full_disk_is_said_and_nothing_stored_is_lost(store: ParquetStore, tmp_path: Path) -> None:
    def full(_folder: Path, _name: str, _content: bytes) -> Path:
        raise OSError(errno.ENOSPC, "No space left on device")

    store.append(segment("http", {}, sequence=1))

    with pytest.raises(StoreError, match=r"s1-000002 could not be stored .the disk is full."):
        ParquetStore(tmp_path, full).append(segment("http", {}, sequence=2))

    assert ids(store, everything()) == ["s1-000001-0"]
    assert store.append(segment("http", {}, sequence=2)) == 1
