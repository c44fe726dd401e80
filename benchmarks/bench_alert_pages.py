"""The alert queue as page and as data over twenty thousand alerts, beside the bare question and an empty answer."""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import insert, select

from analytics.db import ALERT
from console.alerts.queries import Filter, conditions
from tests.console.deskside import Table, table_in, two_counties
from tests.factories import NOON

ALERTS = 20_000
ROUNDS = 15
PAGES = ("/alerts", "/alerts?group=none", "/alerts?level=high&q=5", "/api/v1/alerts")


def fill(table: Table) -> None:
    """Alerts of forty rules on two sites, half of them judged."""
    rows: list[dict[str, Any]] = [
        {
            "id": f"al-{number:06d}",
            "key": f"rule-{number % 40}|{number}",
            "detector": "sigma",
            "rule_id": f"rule-{number % 40}",
            "title": f"上传目录中的脚本 {number}",
            "title_en": f"Script in an upload folder {number}",
            "level": ("critical", "high", "medium", "low")[number % 4],
            "site_id": ("kd-1", "ld-1")[number % 2],
            "unit_id": ("U-1", "U-2")[number % 2],
            "county": ("513301", "513322")[number % 2],
            "entity": f"203.0.113.{number % 250}",
            "first_seen": NOON + timedelta(seconds=number),
            "last_seen": NOON + timedelta(seconds=2 * number),
            "count": number % 9 + 1,
            "why": [{"weight": 0.5, "text": "理由", "text_en": "reason"}],
            "events": [],
            "techniques": [],
            "status": ("new", "false_positive")[number // 7 % 2],
            "version": 1,
        }
        for number in range(ALERTS)
    ]
    with table.desk.engine.begin() as connection:
        connection.execute(insert(ALERT), rows)


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
    """Print the milliseconds of each page, and the ratio of the floor to the queue."""
    empty = FastAPI()

    @empty.get("/")
    def nothing() -> dict[str, str]:
        return {}

    with tempfile.TemporaryDirectory() as folder:
        table = table_in(Path(folder))
        two_counties(table)
        table.clock.pass_by(days=1)
        fill(table)
        seat = table.seat("analyst")
        newest = select(ALERT).where(*conditions(Filter())).order_by(ALERT.c.last_seen.desc()).limit(50)

        def question() -> int:
            with table.desk.reads.connect() as connection:
                return len(connection.execute(newest).fetchall())

        with TestClient(empty) as bare:
            floor = milliseconds(question) + milliseconds(lambda: bare.get("/"))
        print(f"{ALERTS:,} alerts; floor, fifty rows asked for and an empty answer: {floor:.1f} ms")
        taken = {}
        for page in PAGES:
            if seat.get(page).status_code != 200:
                print(f"{page} answers {seat.get(page).status_code}")
                return 1
            taken[page] = milliseconds(lambda page=page: seat.get(page))
            print(f"  {page:<24} {taken[page]:>8.1f} ms   ratio {floor / taken[page]:.2f}")
        table.desk.engine.dispose()
    print(f"ratio, floor to the queue: {floor / taken[PAGES[0]]:.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
