"""Our own event files as batches: ndjson of nested ECS documents, Parquet, Arrow."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Final, cast

import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyarrow import ipc

from sensors.contract.batch import EventBatch, SchemaError, flatten
from sensors.contract.fields import DATASETS, fields_of
from sensors.logs.reader import LogReport

ROWS: Final = 20_000
LONGEST_LINE: Final = 1024 * 1024


class EventReader:
    """Reads one event file; an event without an id gets its line number, from 1."""

    def __init__(self, path: Path, rows: int = ROWS) -> None:
        self._path = path
        self._rows = rows
        self.report = LogReport()

    def batches(self) -> Iterator[EventBatch]:
        """The events of the file in batches of one dataset each, in the file's order within a dataset."""
        with self._path.open("rb") as file:
            head = file.read(6)
        if head.startswith((b"PAR1", b"ARROW1")):
            yield from self._tables(head)
        else:
            yield from self._documents()

    def _tables(self, head: bytes) -> Iterator[EventBatch]:
        for table in _parquet(self._path) if head.startswith(b"PAR1") else _arrow(self._path):
            self.report.read += table.num_rows
            if "event.dataset" not in table.column_names:
                self.report.refuse("no event.dataset")
                continue
            for name in table.column("event.dataset").unique().to_pylist():
                yield from self._of_dataset(name, table.filter(pc.equal(table.column("event.dataset"), name)))

    def _of_dataset(self, name: str | None, table: pa.Table) -> Iterator[EventBatch]:
        if name not in DATASETS:
            self.report.refuse(f"unknown event.dataset {str(name)[:40]!r}")
            return
        # A file of several datasets has the columns of all; those of the others are empty here.
        known = {field.name for field in fields_of(name)}
        kept = [one for one in table.column_names if one in known or table.column(one).null_count < table.num_rows]
        try:
            yield EventBatch.from_table(name, table.select(kept))
        except SchemaError as error:
            self.report.refuse(str(error))
            return
        self.report.used += table.num_rows

    def _documents(self) -> Iterator[EventBatch]:
        waiting: dict[str, list[dict[str, Any]]] = {}
        with _text(self._path) as file:
            while line := file.readline(LONGEST_LINE + 1):
                self.report.read += 1
                found = self._document(line)
                if found is None:
                    continue
                dataset, document = found
                rows = waiting.setdefault(dataset, [])
                rows.append(document)
                if len(rows) == self._rows:
                    yield from self._batch(dataset, waiting.pop(dataset))
        for dataset, rows in waiting.items():
            yield from self._batch(dataset, rows)

    def _document(self, line: bytes) -> tuple[str, dict[str, Any]] | None:
        if not line.strip():
            return None
        try:
            document = flatten(orjson.loads(line))
        except (orjson.JSONDecodeError, AttributeError, RecursionError):
            self.report.refuse("not a JSON document")
            return None
        dataset = document.get("event.dataset")
        if dataset not in DATASETS:
            self.report.refuse(f"unknown event.dataset {str(dataset)[:40]!r}")
            return None
        if "@timestamp" not in document:
            self.report.refuse("no @timestamp")
            return None
        document.setdefault("event.id", str(self.report.read))
        return str(dataset), document

    def _batch(self, dataset: str, rows: list[dict[str, Any]]) -> Iterator[EventBatch]:
        try:
            yield EventBatch.from_documents(dataset, rows)
        except (SchemaError, ValueError, TypeError):
            for row in rows:
                try:
                    one = EventBatch.from_documents(dataset, [row])
                except (SchemaError, ValueError, TypeError) as error:
                    self.report.refuse(f"a value of the wrong kind ({str(error)[:80]})")
                    continue
                self.report.used += 1
                yield one
            return
        self.report.used += len(rows)


def _parquet(path: Path) -> Iterator[pa.Table]:
    for part in pq.ParquetFile(path).iter_batches(batch_size=ROWS):
        yield pa.Table.from_batches([part])


def _arrow(path: Path) -> Iterator[pa.Table]:
    with pa.memory_map(str(path)) as source:
        reader = ipc.open_file(source)
        for number in range(reader.num_record_batches):
            yield pa.Table.from_batches([reader.get_batch(number)]).replace_schema_metadata(None)


def _text(path: Path) -> IO[bytes]:
    with path.open("rb") as plain:
        packed = plain.read(2) == b"\x1f\x8b"
    return cast("IO[bytes]", gzip.open(path)) if packed else path.open("rb")
