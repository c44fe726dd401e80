"""Ordinary requests of a made-up site, for the tests of the learned profile."""

from __future__ import annotations

from datetime import datetime, timedelta

import pyarrow as pa

from analytics.ml.learn import COLUMNS
from tests.factories import NOON

START = NOON - timedelta(days=10)


def table(days: float = 9, each: int = 900, *, site_pages: int = 30) -> pa.Table:
    """So many ordinary requests spread over so many days: a list page, a search and an upload folder of pictures."""
    step = timedelta(days=days) / each
    rows = [ordinary(number, START + number * step, site_pages) for number in range(each)]
    return pa.table({name: [row[name] for row in rows] for name in COLUMNS})


def ordinary(number: int, at: datetime, site_pages: int) -> dict[str, object]:
    path, query = (
        ("/list.jsp", f"id={number % site_pages}&page={number % 7}"),
        ("/search.jsp", f"q={('公告', '办事指南', '通知 2026', '招聘')[number % 4]}"),
        (f"/upload/2026/{number % 50}.png", None),
    )[number % 3]
    return {
        "@timestamp": at,
        "source.ip": f"192.0.2.{number % 40}",
        "http.request.method": "GET",
        "http.response.status_code": 200,
        "url.path": path,
        "url.query": query,
        "gongga.http.request.body": None,
    }
