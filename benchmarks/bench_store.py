"""Searching the event store, beside plain DuckDB over one Parquet file of the same events."""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from analytics.store.parquet import ParquetStore
from analytics.store.store import Page, Query
from benchmarks.traffic import web_columns
from sensors.contract.batch import EventBatch
from sensors.contract.segment import SegmentId, seal

EVENTS = 200_000
SEGMENTS = 40
ROUNDS = 5
START, END = datetime(2026, 11, 23, tzinfo=UTC), datetime(2026, 11, 24, tzinfo=UTC)
FIRST = 'select * from p where {} order by "@timestamp" desc, "event.id" desc limit 50'
BY_HOUR = 'select time_bucket(interval 1 hour, "@timestamp"), count(*) from p group by 1'


def milliseconds(work: Callable[[], object]) -> float:
    """Median of some rounds."""
    work()
    taken = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        work()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken) * 1000


def main() -> int:
    """Print the milliseconds of each question both ways, and the ratios."""
    with tempfile.TemporaryDirectory() as folder:
        store = ParquetStore(Path(folder) / "store")
        batch = EventBatch.from_columns("log.web", web_columns(EVENTS))
        part = EVENTS // SEGMENTS
        for number in range(SEGMENTS):
            store.append(seal(SegmentId("b", number + 1), batch.take(range(number * part, (number + 1) * part))))
        store.compact(END + timedelta(days=2))
        file = Path(folder) / "plain.parquet"
        pq.write_table(batch.table, file)
        connection = duckdb.connect()
        connection.execute(f"create view p as select * from read_parquet('{file}')")
        questions: tuple[tuple[str, str, str], ...] = (
            ("a word in the address", "url.original:*union*", "\"url.original\" like '%union%'"),
            ("one source", 'source.ip:"198.51.7.7"', "\"source.ip\" = '198.51.7.7'"),
            ("a status and a method", "http.response.status_code:404 AND http.request.method:POST",
             "\"http.response.status_code\" = 404 and \"http.request.method\" = 'POST'"),
        )  # fmt: skip
        ratios = []
        for name, lucene, sql in questions:
            query = Query(lucene, START, END)
            mine = milliseconds(lambda query=query: store.search(query, Page(50)))
            floor = milliseconds(lambda sql=sql: connection.sql(FIRST.format(sql)).to_arrow_table())
            ratios.append(floor / mine)
            print(f"  {name:<24} ours {mine:>8.1f} ms   plain DuckDB {floor:>8.1f} ms   ratio {floor / mine:.2f}")
        everything = Query("*", START, END)
        mine = milliseconds(lambda: store.histogram(everything, timedelta(hours=1)))
        floor = milliseconds(lambda: connection.execute(BY_HOUR).fetchall())
        ratios.append(floor / mine)
        print(
            f"  {'events an hour':<24} ours {mine:>8.1f} ms   plain DuckDB {floor:>8.1f} ms   ratio {floor / mine:.2f}"
        )
    print(f"{EVENTS:,} events; ratio, ours to plain DuckDB, median: {statistics.median(ratios):.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
