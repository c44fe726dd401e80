"""Orders of the platform are taken once and answered for exactly their place."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from sensors.contract.orders import Order, lay_down
from sensors.probe.due import DueStore, Retest
from sensors.probe.ordered import ordered, take_orders
from sensors.probe.outcome import CLEAN, FAIL, UNKNOWN, Outcome
from sensors.probe.store import FILE, open_state
from tests.factories import NOON
from tests.probe_values import scope

ORDER = Order("rt-1", "s-1", "exposure/git", "/.git/config", NOON)


def test_an_order_is_taken_once_even_when_it_is_laid_down_again(tmp_path: Path) -> None:
    connection = open_state(tmp_path / "state")
    due = DueStore(connection)
    box = tmp_path / "orders"
    box.mkdir()
    for _ in range(2):
        lay_down(ORDER, box)
        take_orders(box, due)
    [waiting] = due.orders()
    assert (waiting.round, waiting.location) == ("retest/rt-1", "/.git/config")
    assert list(box.iterdir()) == []

    due.carried_out(waiting.id, 1.0)
    lay_down(ORDER, box)
    take_orders(box, due)
    assert due.orders() == []
    connection.close()


def test_what_is_no_order_is_put_away_and_stops_nothing(tmp_path: Path) -> None:
    connection = open_state(tmp_path / "state")
    box = tmp_path / "orders"
    box.mkdir()
    (box / "a.json").write_text("{")
    lay_down(ORDER, box)
    take_orders(box, DueStore(connection))

    assert [one.name for one in DueStore(connection).orders()] == ["rt-1"]
    assert list(box.iterdir()) == []
    connection.close()


def test_a_state_of_an_older_version_learns_names(tmp_path: Path) -> None:
    tmp_path.mkdir(exist_ok=True)
    old = sqlite3.connect(tmp_path / FILE)
    old.execute(
        "CREATE TABLE retest (id INTEGER PRIMARY KEY AUTOINCREMENT, site TEXT NOT NULL, check_id TEXT NOT NULL, "
        "location TEXT NOT NULL, ordered_at REAL NOT NULL, done_at REAL)"
    )
    old.execute("INSERT INTO retest (site, check_id, location, ordered_at) VALUES ('s', 'c', '/', 1)")
    old.commit()
    old.close()
    connection = open_state(tmp_path)

    assert [one.round for one in DueStore(connection).orders()] == ["retest/1"]
    connection.close()


def test_only_the_check_and_the_place_of_the_order_answer_it() -> None:
    [entry] = scope(80).entries(datetime.now(UTC)).values()
    order = Retest(1, "s-1", "exposure/git", "/.git/config", "rt-1")
    there = Outcome("probe.exposure", "exposure/git", CLEAN, "http://x/", "/.git/config")
    elsewhere = Outcome("probe.exposure", "exposure/git", FAIL, "http://x/", "/old/.git/config")
    other = Outcome("probe.exposure", "exposure/svn", FAIL, "http://x/", "/.git/config")

    assert ordered(order, entry, [there, elsewhere, other]) == [there]
    [silent] = ordered(order, entry, [elsewhere, other])
    assert (silent.result, silent.location, silent.dataset) == (UNKNOWN, "/.git/config", "probe.exposure")
    [nothing] = ordered(order, entry, [])
    assert (nothing.result, nothing.check_id) == (UNKNOWN, "exposure/git")
