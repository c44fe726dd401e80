"""Feeds: pulled from and pushed to, each page once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from analytics.intel.tables import INDICATOR
from analytics.lifecycle import Unknown
from console.intelligence.feeds import Feed, Visits, feeds, keep, stop
from console.intelligence.taxii.client import Remote
from console.intelligence.taxii.shelf import SHARED, shelve
from console.office.http import Unreached, ask
from tests.console.deskside import Table
from tests.factories import NOON
from tests.intel_values import indicator
from tests.taxii_counterparts import medallion

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:medallion", "ignore::DeprecationWarning:flask")


@pytest.fixture
def collection() -> Iterator[str]:
    with medallion(page_size=2) as url:
        yield url


def visits(table: Table, send: Any = ask) -> Visits:
    return Visits(table.desk.engine, table.desk.reads, table.desk.data.keys, table.clock, send)


def known(table: Table, url: str, direction: str = "pull", marking: str = "内部") -> None:
    (table.desk.data.keys / "med").write_text("user:pass\n")
    with table.desk.engine.begin() as connection:
        keep(connection, Feed("med", direction, url, "med", marking), "lead", table.clock())


def state(table: Table) -> Any:
    with table.desk.reads.begin() as connection:
        return feeds(connection)[0]


def test_a_feed_is_pulled_in_pages_and_then_only_what_is_new(table: Table, collection: str) -> None:
    Remote(collection, "user:pass").push([indicator(n) for n in range(5)])
    known(table, collection)

    assert visits(table).run() == 1

    with table.desk.reads.begin() as connection:
        rows = connection.execute(select(INDICATOR)).all()
    assert {(row.source, row.state) for row in rows} == {("med", "watched")}
    assert len(rows) == 5
    assert visits(table).run() == 0
    table.clock.pass_by(hours=2)
    asked: list[str] = []

    def listening(method: str, url: str, *rest: Any, **named: Any) -> Any:
        asked.append(url)
        return ask(method, url, *rest, **named)

    assert visits(table, listening).run() == 1
    assert len(asked) == 1
    assert "added_after=20" in asked[0]


def test_a_visit_killed_between_pages_goes_on_without_loss(table: Table, collection: str) -> None:
    Remote(collection, "user:pass").push([indicator(n) for n in range(5)])
    known(table, collection)
    count = 0

    def dying(*rest: Any, **named: Any) -> Any:
        nonlocal count
        count += 1
        if count == 2:
            raise KeyboardInterrupt
        return ask(*rest, **named)

    with pytest.raises(KeyboardInterrupt):
        visits(table, dying).run()
    visits(table).run()

    with table.desk.reads.begin() as connection:
        assert len(connection.execute(select(INDICATOR)).all()) == 5


def test_what_is_shared_is_pushed_once_and_nothing_above_the_marking(table: Table, collection: str) -> None:
    known(table, collection, "push")
    with table.desk.engine.begin() as connection:
        shelve(connection, SHARED, [(indicator(1), "公开"), (indicator(2), "敏感"), (indicator(3), "内部")], "us", NOON)

    visits(table).run()
    table.clock.pass_by(hours=2)
    visits(table).run()

    got = [one["name"] for page in Remote(collection, "user:pass").pages() for one in page.objects]
    assert got == ["恶意地址 1", "恶意地址 3"]


def test_a_server_that_is_away_is_tried_later_and_later(table: Table) -> None:
    def away(*_rest: Any, **_named: Any) -> Any:
        raise Unreached("https://x.test/c/ did not answer")

    known(table, "https://x.test/c/")
    waits = []
    for _ in range(4):
        visits(table, away).run()
        row = state(table)
        waits.append((row.next_at - table.clock()) / timedelta(minutes=1))
        table.clock.now = row.next_at

    assert waits == [1, 2, 4, 8]
    assert row.error == "https://x.test/c/ did not answer"


def test_a_missing_secret_is_said(table: Table) -> None:
    known(table, "https://x.test/c/")
    (table.desk.data.keys / "med").unlink()

    visits(table).run()

    assert "keys/med" in state(table).error


@pytest.mark.parametrize(
    "changed",
    [
        {"name": "A/B"},
        {"direction": "both"},
        {"url": "file:///etc/passwd"},
        {"secret": "../shadow"},
        {"secret": "response.key"},
        {"secret": "link-EdDSA.PEM"},
        {"marking": "绝密"},
        {"every_minutes": 0},
    ],
)
def test_a_feed_that_makes_no_sense_is_refused(table: Table, changed: dict[str, Any]) -> None:
    fine = {"name": "a", "direction": "pull", "url": "https://x.test/c/", "secret": None, "marking": "内部"}
    with (
        table.desk.engine.begin() as connection,
        pytest.raises(ValueError, match=r"use|one of|name a file|a file of its own"),
    ):
        keep(connection, Feed(**{**fine, **changed}), "lead", NOON)


def test_a_feed_is_stopped(table: Table) -> None:
    known(table, "https://x.test/c/")
    with table.desk.engine.begin() as connection:
        stop(connection, "med", "lead", NOON)
        with pytest.raises(Unknown):
            stop(connection, "other", "lead", NOON)

    assert visits(table).run() == 0
