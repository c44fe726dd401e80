"""The collections in the records."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from console.intelligence.taxii.shelf import COLLECTIONS, INBOX, SHARED, Asked, page, shelve, version_of
from console.tables import METADATA
from sensors.contract.batch import time_text
from tests.analytics_values import records
from tests.factories import at
from tests.intel_values import indicator, stix_id

ALL = Asked(SHARED, ("公开", "内部"))


def versions(connection: Connection, asked: Asked) -> list[tuple[str, str]]:
    return [(row.stix_id, row.version) for row in page(connection, asked)[0]]


def add(connection: Connection, *objects: dict[str, Any], marking: str = "公开", now: float = 0) -> int:
    return shelve(connection, SHARED, [(one, marking) for one in objects], "us", at(now))


def test_each_object_is_added_at_a_moment_of_its_own_even_when_the_clock_stands_or_goes_back() -> None:
    assert METADATA.tables
    with records() as connection:
        add(connection, *(indicator(n) for n in range(3)))
        add(connection, indicator(4), now=-100)

        moments = [row.added_at for row in page(connection, ALL)[0]]
    assert moments == sorted(set(moments))
    assert len(moments) == 4


def test_pages_follow_each_other_without_gap_or_repeat() -> None:
    with records() as connection:
        add(connection, *(indicator(n) for n in range(7)))
        seen: list[str] = []
        asked, more = replace(ALL, limit=3), True
        while more:
            rows, more = page(connection, asked)
            seen += [row.stix_id for row in rows]
            asked = replace(asked, after=rows[-1].added_at)
    assert seen == [stix_id(n) for n in range(7)]


def test_a_version_is_added_once_and_the_newest_is_what_is_read() -> None:
    old, new = indicator(1, modified="2026-11-23T10:00:00Z"), indicator(1, modified="2026-11-23T10:00:00.5Z")
    with records() as connection:
        assert add(connection, new, old, old) == 2
        assert add(connection, old) == 0

        last, first = time_text(at(-7199.5)), time_text(at(-7200))
        assert [version for _, version in versions(connection, ALL)] == [last]
        assert [version for _, version in versions(connection, replace(ALL, versions=("first",)))] == [first]
        assert len(versions(connection, replace(ALL, versions=("all",)))) == 2
        assert len(versions(connection, replace(ALL, versions=("first", "last")))) == 2
        assert [version for _, version in versions(connection, replace(ALL, versions=(first,)))] == [first]


def test_nothing_above_the_readers_marking_is_seen_and_last_is_last_of_what_is_seen() -> None:
    with records() as connection:
        add(connection, indicator(1))
        add(connection, indicator(1, modified=time_text(at(0))), marking="敏感")
        add(connection, indicator(2), marking="敏感")

        assert versions(connection, replace(ALL, markings=("公开",))) == [(stix_id(1), time_text(at(-3600)))]


def test_an_object_without_versions_is_added_once() -> None:
    address = {"type": "ipv4-addr", "id": stix_id(1, "ipv4-addr"), "value": "198.51.100.7"}
    with records() as connection:
        assert add(connection, address, address) == 1
        assert add(connection, address, now=60) == 0
        assert version_of(address) == ""


def test_filters_choose_by_type_id_and_time_and_own_source() -> None:
    malware = {"type": "malware", "id": stix_id(7, "malware"), "modified": time_text(at(0))}
    with records() as connection:
        add(connection, indicator(1), malware)

        assert [one for one, _ in versions(connection, replace(ALL, types=("malware",)))] == [malware["id"]]
        assert [one for one, _ in versions(connection, replace(ALL, ids=(stix_id(1),)))] == [stix_id(1)]
        assert [one for one, _ in versions(connection, replace(ALL, added_after=at(0)))] == [malware["id"]]
        assert versions(connection, replace(ALL, source="them")) == []
        assert versions(connection, replace(ALL, spec_versions=("2.0",))) == []


def test_what_is_shared_cannot_be_added_to_and_the_inbox_shows_each_their_own() -> None:
    assert not COLLECTIONS[SHARED].can_add
    assert COLLECTIONS[INBOX].own_only
