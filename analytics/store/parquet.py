"""`ParquetStore`: Parquet files by dataset and day, queried by DuckDB from any number of processes."""

from __future__ import annotations

import errno
import shutil
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from analytics.store.days import Day, Keep, all_days, days_of
from analytics.store.query import Condition, QueryError, condition_of
from analytics.store.reading import Reading
from analytics.store.store import Bucket, Page, Query, SearchResult, StoreError, StoreStats
from sensors.contract.batch import document_of, schema_of
from sensors.contract.fields import BY_NAME, DATASETS
from sensors.contract.segment import Segment, SegmentError, SegmentId, put

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class ParquetStore:
    """An event store in a folder. Appends are renames; reads never wait."""

    def __init__(self, folder: Path, keep: Keep = put) -> None:
        self._folder = folder
        self._keep = keep

    def append(self, segment: Segment) -> int:
        """Keep a segment, each row in the day of its own time; the rows added, 0 when it was kept before."""
        added = 0
        for name, table in _by_day(segment.batch.table):
            day = Day(self._folder / segment.dataset / name)
            if day.holds(str(segment.id)):
                continue
            try:
                day.add(str(segment.id), table, self._keep)
            except OSError as error:
                why = "the disk is full" if error.errno == errno.ENOSPC else str(error)
                raise StoreError(
                    f"segment {segment.id} could not be stored ({why}); what was stored is intact"
                ) from error
            added += table.num_rows
        return added

    def search(self, query: Query, page: Page) -> SearchResult:
        """Events that match, newest first; days are walked backwards until the page is full."""
        condition = _condition(query)
        if page.after:
            condition.sql += ' AND ("@timestamp", "event.id") < (?, ?)'
            condition.values += page.after
        sql = f'SELECT * FROM {{source}} ORDER BY "@timestamp" DESC, "event.id" DESC LIMIT {page.size + 1}'
        rows: list[dict[str, Any]] = []
        damaged: list[str] = []
        with _reading() as reading:
            for name in reversed(self._days(query)):
                found: list[dict[str, Any]] = []
                for dataset in query.datasets or DATASETS:
                    day = Day(self._folder / dataset / name)
                    found += _ask(reading, day, sql, [], condition, damaged)
                rows += sorted(found, key=lambda row: (row["@timestamp"], row["event.id"]), reverse=True)
                if len(rows) > page.size:
                    break
        shown = rows[: page.size]
        after = (shown[-1]["@timestamp"], shown[-1]["event.id"]) if len(rows) > page.size else None
        return SearchResult(tuple(document_of(_known_only(row)) for row in shown), after, tuple(damaged))

    def histogram(self, query: Query, interval: timedelta) -> list[Bucket]:
        """Matching events per interval and dataset, oldest first; empty intervals are left out."""
        seconds = max(1, int(interval.total_seconds()))
        since = 'CAST(floor(epoch("@timestamp") / ?) * ? AS BIGINT)'
        sql = f"SELECT {since} AS since, count(*) AS n FROM {{source}} GROUP BY since"
        counts: dict[tuple[int, str], int] = defaultdict(int)
        for dataset, row in self._each(query, sql, [seconds, seconds]):
            counts[row[0], dataset] += row[1]
        return [
            Bucket(_EPOCH + timedelta(seconds=at), dataset, count) for (at, dataset), count in sorted(counts.items())
        ]

    def top(self, query: Query, field: str, size: int) -> list[tuple[str, int]]:
        """The most frequent values of a field; QueryError for an unknown one."""
        if field not in BY_NAME:
            raise QueryError(f"there is no field {field!r}")
        value = f'CAST("{field}" AS VARCHAR)'
        sql = f'SELECT {value} AS value, count(*) AS n FROM {{source}} WHERE "{field}" IS NOT NULL GROUP BY value'
        counts: dict[str, int] = defaultdict(int)
        for _dataset, row in self._each(query, sql, [], field):
            counts[row[0]] += row[1]
        return sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:size]

    def get(self, event_id: str) -> dict[str, Any] | None:
        """One event as a nested ECS document."""
        found = self.events([event_id])
        return found[0] if found else None

    def events(self, ids: Sequence[str]) -> list[dict[str, Any]]:
        """These events, in the order asked for; the segment in an id leads to its files."""
        wanted: dict[str, list[str]] = defaultdict(list)
        for one in ids:
            segment = one.rpartition("-")[0]
            try:
                SegmentId.parse(segment)
            except SegmentError:
                continue
            wanted[segment].append(one)
        rows: dict[str, dict[str, Any]] = {}
        for day in all_days(self._folder):
            for segment, asked in wanted.items():
                if not set(asked) <= set(rows) and day.holds(segment):
                    rows |= self._rows_of(day, asked)
        return [document_of(rows[one]) for one in ids if one in rows]

    def scan(
        self,
        dataset: str,
        start: datetime,
        end: datetime,
        *,
        site: str | None = None,
        columns: Sequence[str] | None = None,
    ) -> Iterator[pa.Table]:
        """A dataset's columns in order of days, start included, end not."""
        names = list(columns or schema_of(dataset).names)
        needed = list(dict.fromkeys([*names, "@timestamp", "gongga.site.id"]))
        for day in self._within(dataset, start, end):
            for path in day.files():
                table = pq.ParquetFile(path).read(columns=needed)
                at = table.column("@timestamp")
                keep = pc.and_(pc.greater_equal(at, pa.scalar(start, at.type)), pc.less(at, pa.scalar(end, at.type)))
                if site is not None:
                    keep = pc.and_(keep, pc.fill_null(pc.equal(table.column("gongga.site.id"), site), False))
                kept = table.filter(keep).select(names)
                if kept.num_rows:
                    yield kept

    def expire(self, before: datetime) -> int:
        """Delete whole days before a moment; the days deleted."""
        last = before.astimezone(UTC).date().isoformat()
        gone = [day for day in all_days(self._folder) if day.name < last]
        for day in gone:
            shutil.rmtree(day.folder, ignore_errors=True)
        return len(gone)

    def compact(self, today: datetime | None = None) -> int:
        """Join the files of closed days; the files saved."""
        current = (today or datetime.now(UTC)).date().isoformat()
        return sum(day.join() for day in all_days(self._folder) if day.name < current)

    def stats(self) -> StoreStats:
        """What it holds, by its files."""
        files = [path for day in all_days(self._folder) for path in day.files()]
        names = sorted({day.name for day in all_days(self._folder)})
        rows = sum(pq.read_metadata(path).num_rows for path in files)
        size = sum(path.stat().st_size for path in files)
        return StoreStats(len(files), size, rows, names[0] if names else None, names[-1] if names else None)

    def _within(self, dataset: str, start: datetime, end: datetime) -> list[Day]:
        first, last = start.astimezone(UTC).date().isoformat(), end.astimezone(UTC).date().isoformat()
        return [day for day in days_of(self._folder, dataset) if first <= day.name <= last]

    def _days(self, query: Query) -> list[str]:
        datasets = query.datasets or DATASETS
        return sorted({day.name for dataset in datasets for day in self._within(dataset, query.start, query.end)})

    def _each(
        self, query: Query, sql: str, before: Sequence[Any], *names: str
    ) -> Iterator[tuple[str, tuple[Any, ...]]]:
        condition = _condition(query)
        condition.names |= set(names)
        damaged: list[str] = []
        with _reading() as reading:
            for dataset in query.datasets or DATASETS:
                for day in self._within(dataset, query.start, query.end):
                    for row in _ask(reading, day, sql, before, condition, damaged):
                        yield dataset, tuple(row.values())

    def _rows_of(self, day: Day, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
        condition = Condition(f'"event.id" IN ({", ".join("?" * len(ids))})', list(ids))
        with _reading() as reading:
            rows = _ask(reading, day, "SELECT * FROM {source}", [], condition, [])
        return {row["event.id"]: row for row in rows}


@contextmanager
def _reading() -> Iterator[Reading]:
    reading = Reading()
    try:
        yield reading
    finally:
        reading.close()


def _ask(
    reading: Reading, day: Day, sql: str, before: Sequence[Any], condition: Condition, damaged: list[str]
) -> list[dict[str, Any]]:
    return reading.ask(day, sql, before, condition.names, condition.sql, condition.values, damaged)


def _condition(query: Query) -> Condition:
    """The whole WHERE: the text, the span of time, and what the asker may see."""
    built = condition_of(query.text)
    built.sql = f'({built.sql}) AND "@timestamp" >= ? AND "@timestamp" < ?'
    built.values += [query.start, query.end]
    if query.sites is not None:
        marks = ", ".join("?" * len(query.sites)) or "NULL"
        built.sql += f' AND "gongga.site.id" IN ({marks})'
        built.values += query.sites
    return built


def _known_only(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name in BY_NAME}


def _by_day(table: pa.Table) -> Iterator[tuple[str, pa.Table]]:
    days = pc.strftime(table.column("@timestamp"), format="%Y-%m-%d")
    for name in sorted(days.unique().to_pylist()):
        yield name, table.filter(pc.equal(days, name))
