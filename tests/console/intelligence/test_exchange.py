"""Taking intelligence in."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from analytics.intel.policy import load_policy
from analytics.intel.records import move, version_of
from analytics.intel.tables import INDICATOR, INDICATOR_VALUE
from console.audit.chain import Verified, verify
from console.audit.tables import AUDIT_ENTRY
from console.intelligence.exchange import Accepted, accept, sources
from console.intelligence.reading import MOST_OBJECTS
from console.intelligence.tables import TAXII_OBJECT
from sensors.contract.batch import time_text
from tests.console.deskside import Table, two_counties
from tests.factories import NOON, at
from tests.intel_values import AMBER_1, GREEN, RED, bundle, indicator, stix_id, until


def taken(table: Table, *objects: Any, source: str = "省平台", marking: str = "内部", now: Any = NOON) -> Accepted:
    with table.desk.engine.begin() as connection:
        return accept(connection, bundle(*objects), source, marking, now)


def rows(table: Table) -> list[dict[str, Any]]:
    with table.desk.reads.begin() as connection:
        return [dict(row) for row in connection.execute(select(INDICATOR).order_by(INDICATOR.c.name)).mappings()]


def codes(done: Accepted) -> list[str]:
    return [one.code for one in done.refused]


def test_an_indicator_is_watched_until_its_end_and_taken_once(table: Table) -> None:
    sent = indicator(1, confidence=70, object_marking_refs=[GREEN])

    assert taken(table, sent).new == 1
    again = taken(table, sent)

    assert (again.applied, again.unchanged) == (0, 1)
    (row,) = rows(table)
    assert (row["state"], row["source"], row["confidence"], row["tlp"], row["marking"]) == (
        *("watched", "省平台", 70, "green"),
        "内部",
    )
    assert row["valid_until"] == at(-3600) + timedelta(days=load_policy().valid_days["ipv4"])
    assert row["hunted_at"] is None
    with table.desk.reads.begin() as connection:
        assert connection.execute(select(INDICATOR_VALUE.c.value)).scalars().all() == ["198.51.100.7"]
        assert isinstance(verify(connection), Verified)
        actions = connection.execute(select(AUDIT_ENTRY.c.action)).scalars().all()
        assert list(sources(connection)) == ["省平台"]
    assert actions == ["intelligence.accept"] * 2


def test_a_newer_version_replaces_and_an_older_one_does_not(table: Table) -> None:
    taken(table, indicator(1))
    newer = indicator(1, "[domain-name:value = 'evil.test']", modified=time_text(at(0)))

    assert taken(table, newer).updated == 1
    assert codes(taken(table, indicator(1))) == ["older"]
    assert codes(taken(table, {**newer, "name": "别的"})) == ["differs"]
    assert codes(taken(table, {**newer, "modified": time_text(at(1))}, source="别处")) == ["source"]
    (row,) = rows(table)
    assert row["pattern"] == "[domain-name:value = 'evil.test']"


def test_a_revoked_indicator_is_watched_no_more(table: Table) -> None:
    taken(table, indicator(1))
    with table.desk.reads.begin() as connection:
        before = version_of(connection)

    done = taken(table, indicator(1, revoked=True, modified=time_text(at(0))))

    assert (done.revoked, done.applied) == (1, 1)
    with table.desk.reads.begin() as connection:
        assert version_of(connection) > before
        assert connection.execute(select(INDICATOR_VALUE)).all() == []
    assert rows(table)[0]["state"] == "revoked"


def test_a_persons_stop_outlives_the_sources_next_version(table: Table) -> None:
    taken(table, indicator(1))
    with table.desk.engine.begin() as connection:
        move(connection, rows(table)[0]["id"], "stopped", "误报", 1, NOON)

    taken(table, indicator(1, modified=time_text(at(0))))

    assert rows(table)[0]["state"] == "stopped"


def test_what_was_searched_for_is_searched_again_only_for_new_values(table: Table) -> None:
    taken(table, indicator(1))
    with table.desk.engine.begin() as connection:
        connection.execute(INDICATOR.update().values(hunted_at=NOON))

    taken(table, indicator(1, modified=time_text(at(0)), name="改名"))
    assert rows(table)[0]["hunted_at"] == NOON
    taken(table, indicator(1, "[ipv4-addr:value = '198.51.100.9']", modified=time_text(at(1))))
    assert rows(table)[0]["hunted_at"] is None


def test_what_cannot_or_must_not_be_watched_is_kept_with_its_reason(table: Table) -> None:
    two_counties(table)
    done = taken(
        table,
        indicator(1, "[email-addr:value = 'x@evil.test']"),
        indicator(2, "alert tcp any any", pattern_type="snort"),
        indicator(3, "[domain-name:value = 'kd-1.example']"),
        indicator(4, "[ipv4-addr:value = '127.0.0.1']"),
        indicator(5, "[ipv4-addr:value = '10.0.0.1' OR ipv4-addr:value = '198.51.100.1']"),
    )

    assert done.new == 5
    assert [one.code for one in done.unwatched] == ["kind", "pattern_type", "own", "reserved"]
    assert [row["state"] for row in rows(table)] == ["unwatched", "unwatched", "ignored", "ignored", "watched"]
    assert rows(table)[4]["reason"] == "reserved: 10.0.0.1 / 10.0.0.0/8"
    assert all(one.words.zh and one.words.en for one in done.unwatched)


@pytest.mark.parametrize(
    ("refs", "channel", "marking", "tlp"),
    [
        ([], "公开", "公开", "clear"),
        ([], "敏感", "敏感", "amber"),
        ([GREEN], "公开", "内部", "green"),
        ([GREEN], "敏感", "敏感", "green"),
        ([AMBER_1], "公开", "敏感", "amber"),
        ([GREEN, RED], "公开", "重要", "red"),
        ([stix_id(9, "marking-definition")], "公开", "敏感", "amber+strict"),
        ([stix_id(8, "marking-definition")], "公开", "公开", "clear"),
    ],
)
def test_the_marking_is_never_below_channel_or_label(
    table: Table, refs: list[str], channel: str, marking: str, tlp: str
) -> None:
    statement = {"type": "marking-definition", "id": stix_id(8, "marking-definition"), "definition_type": "statement"}

    taken(table, statement, indicator(1, object_marking_refs=refs), marking=channel)

    assert (rows(table)[0]["marking"], rows(table)[0]["tlp"]) == (marking, tlp)


def test_a_part_of_an_object_marks_the_whole(table: Table) -> None:
    taken(table, indicator(1, granular_markings=[{"marking_ref": RED, "selectors": ["name"]}]))

    assert rows(table)[0]["tlp"] == "red"


def test_objects_of_other_kinds_are_kept_with_every_version(table: Table) -> None:
    malware = {"type": "malware", "id": stix_id(7, "malware"), "modified": time_text(at(0)), "is_family": False}

    assert taken(table, malware, indicator(1)).kept == 1
    with table.desk.reads.begin() as connection:
        kept = connection.execute(select(TAXII_OBJECT.c.type, TAXII_OBJECT.c.source)).all()
    assert sorted(kept) == [("indicator", "省平台"), ("malware", "省平台")]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"id": "indicator--x"}, "id"),
        ({"id": stix_id(1, "malware")}, "id"),
        ({"id": 5}, "object"),
        ({"type": None}, "object"),
        ({"pattern": ["x"]}, "property"),
        ({"pattern_type": None}, "property"),
        ({"confidence": 101}, "property"),
        ({"confidence": True}, "property"),
        ({"revoked": "no"}, "property"),
        ({"name": {"a": 1}}, "property"),
        ({"modified": None}, "property"),
        ({"modified": "yesterday"}, "time"),
        ({"modified": "9999-12-31T23:59:59Z"}, "time"),
        ({"valid_from": "2026-02-30T00:00:00Z"}, "time"),
        ({"valid_from": "9999-12-31T23:59:59.999Z"}, "time"),
        ({"valid_from": 5}, "time"),
        (until(at(-7200)), "span"),
        ({"object_marking_refs": "x"}, "property"),
        ({"granular_markings": [1]}, "property"),
        ({"spec_version": "2.0"}, "property"),
        ({"description": "长" * 40_000}, "large"),
        ({"x_number": 2**80}, "property"),
    ],
)
def test_a_wrong_object_is_refused_alone(table: Table, changed: dict[str, Any], code: str) -> None:
    done = taken(table, indicator(1, **changed), indicator(2), "text", None)

    assert done.new == 1
    assert [one.code for one in done.refused] == [code, "object", "object"] or (
        sorted(codes(done)) == sorted([code, "object", "object"])
    )


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ({"type": "indicator"}, "bundle"),
        ({"type": "bundle", "objects": {}}, "bundle"),
        ({"type": "bundle", "objects": [{}] * (MOST_OBJECTS + 1)}, "objects"),
        ({"type": "bundle", "objects": [{}] * 100_000}, "objects"),
        ([], "bundle"),
        (None, "bundle"),
    ],
)
def test_a_wrong_bundle_is_refused_whole_and_audited(table: Table, sent: Any, code: str) -> None:
    with table.desk.engine.begin() as connection:
        done = accept(connection, sent, "外来", "内部", NOON)

    assert (done.applied, codes(done)) == (0, [code])
    with table.desk.reads.begin() as connection:
        assert connection.execute(select(func.count()).select_from(AUDIT_ENTRY)).scalar_one() == 1
    with table.desk.engine.begin() as connection:
        assert codes(accept(connection, bundle(indicator(1)), "外来", "绝密", NOON)) == ["marking"]


def test_a_depth_bomb_costs_nothing(table: Table) -> None:
    bomb: Any = []
    for _ in range(50_000):
        bomb = [bomb]
    begun = time.perf_counter()

    done = taken(table, indicator(1, x_bomb=bomb), indicator(2))

    assert (codes(done), done.new) == (["deep"], 1)
    assert time.perf_counter() - begun < 1
    # A chain this long must be taken apart by hand: the interpreter would recurse.
    while bomb:
        bomb = bomb.pop()


def test_the_same_object_twice_is_told(table: Table) -> None:
    done = taken(table, indicator(1, modified=time_text(at(0))), indicator(1))

    assert (done.new, codes(done)) == (1, ["twice"])
    assert rows(table)[0]["modified"] == at(0)


def test_thousands_of_indicators_are_taken_in_seconds(table: Table) -> None:
    many = [
        indicator(n, f"[ipv4-addr:value = '198.{51 + n // 65_536}.{n // 256 % 256}.{n % 256}']") for n in range(3000)
    ]
    begun = time.perf_counter()

    assert taken(table, *many).new == 3000

    assert time.perf_counter() - begun < 5


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(sorted(indicator(1, **until(at(5)), confidence=5, object_marking_refs=[GREEN]))), JSON)
def test_no_value_of_any_property_makes_it_fail(table: Table, name: str, value: Any) -> None:
    with table.desk.engine.begin() as connection:
        accept(connection, bundle({**indicator(1), name: value}), "外来", "内部", NOON)
        connection.rollback()
