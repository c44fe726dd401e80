"""`EventBatch`: events of one dataset in columns, and their two shapes, Arrow table and ECS document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final

import pyarrow as pa

from sensors.contract.fields import BY_NAME, fields_of

_TYPES: Final[dict[str, pa.DataType]] = {
    "keyword": pa.string(),
    "keywords": pa.list_(pa.string()),
    "long": pa.int64(),
    "float": pa.float64(),
    "boolean": pa.bool_(),
    "ip": pa.string(),
    "ips": pa.list_(pa.string()),
    "date": pa.timestamp("us", tz="UTC"),
}


class SchemaError(ValueError):
    """A table does not have the shape of its dataset; the message names the column."""


def arrow_type(kind: str) -> pa.DataType:
    """The Arrow type of a kind of the field dictionary."""
    return _TYPES[kind]


@cache
def schema_of(dataset: str) -> pa.Schema:
    """The Arrow schema of a dataset: every field of the dictionary, in its order."""
    return pa.schema([pa.field(field.name, _TYPES[field.kind]) for field in fields_of(dataset)])


@dataclass(frozen=True, slots=True)
class EventBatch:
    """Events of one dataset: an Arrow table that has exactly the columns of that dataset."""

    dataset: str
    table: pa.Table

    @classmethod
    def from_columns(cls, dataset: str, columns: Mapping[str, Any]) -> EventBatch:
        """A batch of equally long columns; those not given are null. SchemaError names a wrong column."""
        schema = schema_of(dataset)
        unknown = sorted(set(columns) - set(schema.names))
        if unknown:
            raise SchemaError(f"dataset {dataset} has no column {unknown[0]!r}")
        rows = max((len(column) for column in columns.values()), default=0)
        arrays = []
        for field in schema:
            column = columns.get(field.name)
            if column is None:
                arrays.append(_default(dataset, field, rows))
                continue
            arrays.append(_as_array(dataset, field, column))
        return cls(dataset, pa.Table.from_arrays(arrays, schema=schema))

    @classmethod
    def from_table(cls, dataset: str, table: pa.Table) -> EventBatch:
        """A batch of a table read from outside: columns added as null, cast, or refused by SchemaError."""
        return cls.from_columns(dataset, {name: table.column(name) for name in table.column_names})

    @classmethod
    def from_documents(cls, dataset: str, documents: Sequence[Mapping[str, Any]]) -> EventBatch:
        """A batch of nested or dotted ECS documents; fields the dataset does not have are left out."""
        flat = [flatten(document) for document in documents]
        columns = {
            field.name: [_from_json(field.kind, row.get(field.name)) for row in flat] for field in fields_of(dataset)
        }
        columns["event.dataset"] = [dataset] * len(flat)
        return cls.from_columns(dataset, columns)

    def __len__(self) -> int:
        return int(self.table.num_rows)

    def column(self, name: str) -> list[Any]:
        """One column as Python values."""
        values: list[Any] = self.table.column(name).to_pylist()
        return values

    def replace(self, columns: Mapping[str, Any]) -> EventBatch:
        """The same batch with some columns replaced."""
        mine = {name: self.table.column(name) for name in self.table.column_names}
        return EventBatch.from_columns(self.dataset, {**mine, **columns})

    def take(self, rows: Sequence[int]) -> EventBatch:
        """The batch of these rows, in this order."""
        return EventBatch(self.dataset, self.table.take(pa.array(rows, type=pa.int64())))

    def documents(self) -> Iterator[dict[str, Any]]:
        """Nested ECS documents, nulls left out, times as ISO text in UTC with microseconds."""
        for row in self.table.to_pylist():
            yield document_of(row)


def concat(batches: Iterable[EventBatch]) -> EventBatch:
    """One batch of several of the same dataset. ValueError when empty or mixed."""
    given = list(batches)
    datasets = {batch.dataset for batch in given}
    if len(datasets) != 1:
        raise ValueError(f"cannot join batches of {sorted(datasets) or 'no dataset'}")
    return EventBatch(given[0].dataset, pa.concat_tables([batch.table for batch in given]))


def document_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """A nested ECS document of a row of dotted names; nulls are left out."""
    document: dict[str, Any] = {}
    for name, value in row.items():
        if value is None:
            continue
        *parents, leaf = name.split(".")
        place = document
        for parent in parents:
            place = place.setdefault(parent, {})
        place[leaf] = time_text(value) if isinstance(value, datetime) else value
    return document


def flatten(document: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Dotted names of a nested document; names already dotted stay."""
    flat: dict[str, Any] = {}
    for key, value in document.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping) and name not in BY_NAME:
            flat |= flatten(value, f"{name}.")
        else:
            flat[name] = value
    return flat


def time_text(at: datetime) -> str:
    """`2026-11-24T03:27:45.123456Z`."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def time_of(text: str) -> datetime:
    """The aware UTC moment of an ISO text; without an offset it is taken as UTC. ValueError when it is none."""
    at = datetime.fromisoformat(text)
    try:
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"{text!r} lies outside of the calendar") from error


def _default(dataset: str, field: pa.Field, rows: int) -> pa.Array:
    if field.name == "event.dataset":
        return pa.array([dataset] * rows, type=field.type)
    return pa.nulls(rows, type=field.type)


def _as_array(dataset: str, field: pa.Field, column: Any) -> pa.Array | pa.ChunkedArray:
    try:
        array = column if isinstance(column, pa.Array | pa.ChunkedArray) else pa.array(column, type=field.type)
        return array if array.type == field.type else array.cast(field.type)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, TypeError, OverflowError) as error:
        raise SchemaError(f"dataset {dataset}, column {field.name!r}: {error}") from error


def _from_json(kind: str, value: Any) -> Any:
    if value is None:
        return None
    if kind == "date":
        return time_of(value) if isinstance(value, str) else value
    if kind in ("keywords", "ips"):
        return [str(item) for item in value] if isinstance(value, list) else [str(value)]
    if kind in ("keyword", "ip"):
        return str(value[0]) if isinstance(value, list) and value else str(value)
    return value
