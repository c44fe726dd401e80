"""Lines of access logs."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sensors.logs.access import NotALine, columns, is_access_log, parse

COMBINED = (
    '203.0.113.7 - li [24/Nov/2026:02:36:12 +0800] "GET /a.jsp?x=1%20y HTTP/1.1" 404 162 "http://r/" "A \\"b\\" c"'
)


def test_a_combined_line_becomes_fields() -> None:
    row = parse(COMBINED)

    assert row["@timestamp"] == datetime(2026, 11, 23, 18, 36, 12, tzinfo=UTC)
    assert row["source.ip"] == "203.0.113.7"
    assert row["user.name"] == "li"
    assert (row["url.original"], row["url.path"], row["url.query"]) == ("/a.jsp?x=1%20y", "/a.jsp", "x=1%20y")
    assert (row["http.response.status_code"], row["http.response.body.bytes"]) == (404, 162)
    assert row["user_agent.original"] == 'A "b" c'


@pytest.mark.parametrize(
    ("line", "name", "value"),
    [
        ('::1 - - [24/Nov/2026:02:36:12 +0000] "GET / HTTP/1.0" 200 -', "source.ip", "::1"),
        ('www.a.lab:8080 1.2.3.4 - - [24/Nov/2026:02:36:12 +0000] "GET / HTTP/1.0" 200 5', "url.domain", "www.a.lab"),
        ('1.2.3.4 - - [24/Nov/2026:02:36:12 +0000] "\\x16\\x03" 400 0 "-" "-"', "url.original", "\\x16\\x03"),
        ('1.2.3.4 - - [24/Nov/2026:02:36:12 +0000] "GET /" 200 0', "http.version", None),
        ('1.2.3.4 - - [24/Nov/2026:02:36:12 +0000] "" 408 0 "-" "-"', "http.request.method", None),
    ],
)
def test_common_vhost_and_odd_lines_are_read(line: str, name: str, value: str | None) -> None:
    assert parse(line)[name] == value


@pytest.mark.parametrize(
    "line",
    [
        "",
        "hello",
        COMBINED.replace("Nov", "Foo"),
        COMBINED.replace("24/Nov/2026", "99/Nov/2026"),
        COMBINED.replace("404", "4040"),
        "1.2.3.4 " + "x" * 70_000,
    ],
)
def test_what_is_no_line_says_so(line: str) -> None:
    with pytest.raises(NotALine):
        parse(line)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200), st.integers(0, len(COMBINED)))
def test_no_line_does_more_than_be_refused(noise: str, place: int) -> None:
    try:
        row = parse(COMBINED[:place] + noise + COMBINED[place:])
    except NotALine:
        return
    assert row["event.kind"] == "event"


def test_rows_become_columns() -> None:
    assert columns([]) == {}
    assert columns([{"a": 1}, {"a": 2}]) == {"a": [1, 2]}
    assert is_access_log(COMBINED)
