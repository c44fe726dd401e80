"""Indicators in the records."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select, update

from analytics.db import ALERT, open_database, reader
from analytics.intel.normal import Value
from analytics.intel.records import (
    LATE,
    STALE,
    WatchShelf,
    count_hits,
    entries,
    indicator_id,
    move,
    put,
    touch,
    values_of,
    version_of,
)
from analytics.intel.tables import INDICATOR
from analytics.lifecycle import IllegalMove, Stale, Unknown
from console.tables import METADATA
from tests.analytics_values import records
from tests.factories import at


def row(number: int, **changed: Any) -> dict[str, Any]:
    stix = f"indicator--{number:08d}-0000-4000-8000-000000000000"
    return {
        "id": indicator_id(stix),
        "stix_id": stix,
        "modified": at(0),
        "name": f"情报{number}",
        "pattern": "",
        "pattern_type": "stix",
        "source": "省平台",
        "marking": "内部",
        "tlp": "green",
        "confidence": 80,
        "valid_from": at(0),
        "valid_until": at(3600),
        "state": "watched",
        "reason": None,
        "received_at": at(0),
        "changed_at": at(0),
        "hunted_at": None,
        "hits": 0,
        "last_hit": None,
        "body": {},
        "version": 1,
        **changed,
    }


def stored(connection: Connection, number: int = 1, address: str = "198.51.100.7", **changed: Any) -> str:
    one = row(number, **changed)
    put(connection, [one], {one["id"]: [Value("ipv4", address)]})
    return str(one["id"])


def test_what_is_put_is_watched_and_a_newer_version_replaces_it() -> None:
    with records() as connection:
        one = stored(connection)
        before = version_of(connection)
        stored(connection, address="198.51.100.8", name="改名", hits=99)

        assert [(entry.value, entry.name) for entry in entries(connection, at(0))] == [("198.51.100.8", "改名")]
        assert version_of(connection) > before
        kept = connection.execute(select(INDICATOR)).one()
        assert (kept.id, kept.version, kept.hits) == (one, 2, 0)
        assert values_of(connection, [one]) == {one: [Value("ipv4", "198.51.100.8")]}


def test_what_ended_long_ago_is_not_read_and_what_ended_lately_is() -> None:
    with records() as connection:
        stored(connection)

        assert len(entries(connection, at(3600) + LATE - timedelta(seconds=1))) == 1
        assert entries(connection, at(3600) + LATE) == []
        assert entries(connection, at(0), only=["in-other"]) == []


def test_a_person_stops_and_resumes_and_nothing_else() -> None:
    with records() as connection:
        one = stored(connection)

        assert move(connection, one, "stopped", "误报太多", 1, at(5)) == "watched"
        assert entries(connection, at(0)) == []
        with pytest.raises(Stale):
            move(connection, one, "watched", "再看", 1, at(6))
        with pytest.raises(IllegalMove):
            move(connection, one, "revoked", "撤", 2, at(6))
        with pytest.raises(Unknown):
            move(connection, "in-none", "stopped", "x", 1, at(6))
        move(connection, one, "watched", "再看", 2, at(7))
        assert len(entries(connection, at(0))) == 1


def test_hits_are_what_the_alerts_say_however_often_they_are_counted() -> None:
    with records() as connection:
        one = stored(connection)
        for number in (1, 2):
            connection.execute(insert(ALERT).values(**alert(one, number)))

        assert count_hits(connection) == 1
        assert count_hits(connection) == 0
        kept = connection.execute(select(INDICATOR)).one()
        assert (kept.hits, kept.last_hit) == (6, at(120))


def test_a_list_that_takes_long_to_read_is_not_read_all_the_time_and_never_long_too_old(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'x.sqlite'}")
    METADATA.create_all(engine)
    # Each look at the watch takes a second: reading takes one, and ten are waited.
    ticks = iter(range(1000))
    shelf = WatchShelf(reader(engine), lambda: at(0), lambda: float(next(ticks)))
    shelf.current()
    with engine.begin() as connection:
        stored(connection)

    looks = 0
    while not shelf.current().entries:
        looks += 1

    assert 5 <= looks <= STALE.total_seconds()
    engine.dispose()


def alert(rule: str, number: int) -> dict[str, Any]:
    empty: dict[str, Any] = {"why": [], "events": [], "techniques": []}
    return {
        **empty,
        "id": f"al-{number}",
        "key": f"k{number}",
        "detector": "watchlist",
        "rule_id": rule,
        "title": "t",
        "title_en": "t",
        "level": "high",
        "entity": "x",
        "first_seen": at(0),
        "last_seen": at(60 * number),
        "count": 3,
        "status": "new",
        "version": 1,
    }


def test_a_change_is_used_without_a_restart_and_no_change_reads_nothing(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'x.sqlite'}")
    METADATA.create_all(engine)
    shelf = WatchShelf(reader(engine), lambda: at(0), lambda: 0.0)
    assert shelf.current().entries == []
    with engine.begin() as connection:
        one = stored(connection)

    first = shelf.current()

    assert [entry.indicator_id for entry in first.entries] == [one]
    assert shelf.current() is first
    with engine.begin() as connection:
        connection.execute(update(INDICATOR).values(state="stopped"))
        touch(connection)
    assert shelf.current().entries == []
    engine.dispose()
