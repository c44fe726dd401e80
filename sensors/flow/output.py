"""Batches written out as ndjson, Parquet or Arrow."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO, Final

import pyarrow as pa
import pyarrow.parquet as pq

from sensors.contract.batch import EventBatch


class OutputError(ValueError):
    """Where events were to go cannot take them; the message says what to do."""


def write_ndjson(batches: Iterable[EventBatch], out: Path | None, stdout: IO[bytes]) -> None:
    """One nested document a line, to a file or to standard output."""
    if out is None:
        _lines(batches, stdout)
        return
    with out.open("wb") as file:
        _lines(batches, file)


def _lines(batches: Iterable[EventBatch], file: IO[bytes]) -> None:
    for batch in batches:
        for document in batch.documents():
            file.write(json.dumps(document, ensure_ascii=False).encode("utf-8") + b"\n")


def write_parquet(batches: Iterable[EventBatch], out: Path | None, _stdout: IO[bytes]) -> None:
    """A folder with one Parquet file a dataset."""
    folder = _folder(out, "parquet")
    writers: dict[str, pq.ParquetWriter] = {}
    try:
        for batch in batches:
            if batch.dataset not in writers:
                writers[batch.dataset] = pq.ParquetWriter(folder / f"{batch.dataset}.parquet", batch.table.schema)
            writers[batch.dataset].write_table(batch.table)
    finally:
        for writer in writers.values():
            writer.close()


def write_arrow(batches: Iterable[EventBatch], out: Path | None, _stdout: IO[bytes]) -> None:
    """A folder with one Arrow file a dataset."""
    folder = _folder(out, "arrow")
    writers: dict[str, pa.RecordBatchFileWriter] = {}
    try:
        for batch in batches:
            if batch.dataset not in writers:
                writers[batch.dataset] = pa.ipc.new_file(str(folder / f"{batch.dataset}.arrow"), batch.table.schema)
            writers[batch.dataset].write_table(batch.table)
    finally:
        for writer in writers.values():
            writer.close()


def _folder(out: Path | None, kind: str) -> Path:
    if out is None:
        raise OutputError(f"{kind} needs a folder to write to; give one with -o")
    out.mkdir(parents=True, exist_ok=True)
    return out


FORMATS: Final[dict[str, Callable[[Iterable[EventBatch], Path | None, IO[bytes]], None]]] = {
    "ndjson": write_ndjson,
    "parquet": write_parquet,
    "arrow": write_arrow,
}
