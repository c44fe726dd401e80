"""Lucene syntax: the same rows as plain Python finds, or one sentence."""

from __future__ import annotations

from datetime import timedelta
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.store.parquet import ParquetStore
from analytics.store.query import QueryError, condition_of
from analytics.store.store import Page, Query
from tests.factories import NOON, segment

PATHS = ("/", "/a%b", "/A_b.jsp", "/upload/x.jsp", "/x y", '/quote"s', "/back\\slash", None)
STATUS = (200, 302, 404, 500, None)
SOURCES = ("10.0.0.9", "10.9.9.9", "203.0.113.7", "2001:db8::1", None)
ROWS = [
    {"url.path": path, "http.response.status_code": status, "source.ip": source}
    for number, path in enumerate(PATHS)
    for status, source in [(STATUS[number % 5], SOURCES[number % 5]), (STATUS[(number + 2) % 5], SOURCES[number % 3])]
]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> ParquetStore:
    made = ParquetStore(tmp_path_factory.mktemp("events"))
    made.append(segment("http", *ROWS))
    return made


def found(store: ParquetStore, text: str) -> set[int]:
    query = Query(text, NOON - timedelta(days=1), NOON + timedelta(days=1))
    return {int(row["event"]["id"].rsplit("-", 1)[1]) for row in store.search(query, Page(1000)).rows}


def inside(value: str | None, network: str) -> bool:
    return value is not None and ip_address(value) in ip_network(network)


def like(value: str | None, wanted: str) -> bool:
    return value is not None and value.lower() == wanted.lower()


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("*", lambda row: True),
        ('url.path:"/a%b"', lambda row: like(row["url.path"], "/a%b")),
        ('url.path:"/a_b.JSP"', lambda row: like(row["url.path"], "/A_b.jsp")),
        ("url.path:*.jsp", lambda row: (row["url.path"] or "").endswith(".jsp")),
        ("url.path:/upload/*", lambda row: (row["url.path"] or "").startswith("/upload/")),
        ("url.path:/", lambda row: row["url.path"] == "/"),
        ("NOT url.path:/upload/x.jsp AND url.path:/*", lambda row: row["url.path"] not in ("/upload/x.jsp", None)),
        ("url.path:\\/upload\\/?.jsp", lambda row: row["url.path"] == "/upload/x.jsp"),
        ("http.response.status_code:404", lambda row: row["http.response.status_code"] == 404),
        ("http.response.status_code:[300 TO 499]", lambda row: 300 <= (row["http.response.status_code"] or 0) <= 499),
        ("http.response.status_code:{302 TO 500}", lambda row: row["http.response.status_code"] == 404),
        ("http.response.status_code:>=404", lambda row: (row["http.response.status_code"] or 0) >= 404),
        ("NOT http.response.status_code:404", lambda row: row["http.response.status_code"] != 404),
        ("-source.ip:*", lambda row: row["source.ip"] is None),
        ("_exists_:url.path", lambda row: row["url.path"] is not None),
        (
            'source.ip:"10.0.0.0/8"',
            lambda row: row["source.ip"] and ip_address(row["source.ip"]) in ip_network("10.0.0.0/8"),
        ),
        ("source.ip:2001\\:db8\\:\\:\\/32", lambda row: row["source.ip"] == "2001:db8::1"),
        ("203.0.113.7", lambda row: row["source.ip"] == "203.0.113.7"),
        ("url.path:(*.jsp OR *y)", lambda row: (row["url.path"] or "").endswith((".jsp", "y"))),
        (
            "url.path:*.jsp http.response.status_code:404",
            lambda row: (row["url.path"] or "").endswith(".jsp") and row["http.response.status_code"] == 404,
        ),
    ],
)
def test_a_query_finds_the_same_rows_as_plain_python(store: ParquetStore, text: str, holds) -> None:
    assert found(store, text) == {number for number, row in enumerate(ROWS) if holds(row)}


@settings(max_examples=40, deadline=None)
@given(st.sampled_from([path for path in PATHS if path]), st.sampled_from(STATUS[:4]), st.booleans())
def test_any_phrase_and_number_mean_themselves(store: ParquetStore, path: str, status: int, both: bool) -> None:
    quoted = path.replace("\\", "\\\\").replace('"', '\\"')
    text = f'url.path:"{quoted}" {"AND" if both else "OR"} http.response.status_code:{status}'

    def holds(row: dict[str, object]) -> bool:
        parts = (like(row["url.path"], path), row["http.response.status_code"] == status)
        return all(parts) if both else any(parts)

    assert found(store, text) == {number for number, row in enumerate(ROWS) if holds(row)}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("nosuch.field:1", "there is no field 'nosuch.field'"),
        ("url.path:(a", "cannot be read"),
        ("http.response.status_code:many", "is no whole number"),
        ("source.ip:[a TO b]", "ranges need a number"),
        ("source.ip:999/8", "no address or network"),
        ("url.path:/a.*/", "not supported"),
        ("x" * 3000, "at most 2000"),
        ("@timestamp:>yesterday", "is no time"),
        ("(" * 60 + "a" + ")" * 60, "nested too deeply"),
    ],
)
def test_a_bad_query_gets_one_sentence(text: str, words: str) -> None:
    with pytest.raises(QueryError, match=words):
        condition_of(text)


def test_values_never_reach_the_sql() -> None:
    built = condition_of('url.path:"x\' OR 1=1 --"')

    assert "1=1" not in built.sql
    assert built.values == ["x' OR 1=1 --"]


def test_an_empty_query_means_everything(tmp_path: Path) -> None:
    assert condition_of("  ").sql == "TRUE"
