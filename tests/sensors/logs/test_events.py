"""Our own event files."""

from __future__ import annotations

import gzip
from pathlib import Path

import orjson
import pyarrow.parquet as pq
import pytest

from sensors.contract.segment import write
from sensors.logs.events import EventReader
from tests.factories import at, batch, segment

LINES = [
    {"@timestamp": "2026-11-23T12:00:00Z", "event": {"dataset": "http"}, "url": {"path": "/a"}},
    {"@timestamp": "2026-11-23T12:00:01Z", "event": {"dataset": "dns", "id": "mine"}},
    {"@timestamp": "2026-11-23T12:00:02Z", "event.dataset": "http", "url.path": "/b"},
]


@pytest.mark.parametrize("packed", [False, True])
def test_ndjson_becomes_batches_and_lines_without_id_are_numbered(tmp_path: Path, packed: bool) -> None:
    content = b"\n".join(orjson.dumps(line) for line in LINES)
    path = tmp_path / "events.ndjson"
    path.write_bytes(gzip.compress(content) if packed else content)

    found = {one.dataset: one.column("event.id") for one in EventReader(path).batches()}

    assert found == {"http": ["1", "3"], "dns": ["mine"]}


def test_lines_that_cannot_be_used_are_counted_by_reason(tmp_path: Path) -> None:
    bad = [b"{", b"[]", b'{"event":{"dataset":"x"}}', b'{"event":{"dataset":"dns"}}']
    wrong = {**LINES[0], "source": {"port": "eighty"}}
    path = tmp_path / "events.ndjson"
    path.write_bytes(b"\n".join([*bad, orjson.dumps(wrong), orjson.dumps(LINES[2])]))
    reader = EventReader(path)

    rows = sum(len(one) for one in reader.batches())

    assert rows == 1
    assert reader.report.refused["not a JSON document"] == 2
    assert reader.report.refused["no @timestamp"] == 1
    assert any("wrong kind" in reason for reason in reader.report.refused)


def test_parquet_and_arrow_files_are_read(tmp_path: Path) -> None:
    pq.write_table(batch("http", {"url.path": "/a"}).table, tmp_path / "a.parquet")
    arrow = write(segment("dns", {"@timestamp": at()}), tmp_path)

    assert [len(one) for one in EventReader(tmp_path / "a.parquet").batches()] == [1]
    assert [one.dataset for one in EventReader(arrow).batches()] == ["dns"]
