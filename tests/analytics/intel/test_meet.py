"""Events meet the watch list: against a plain reading of every event."""

from __future__ import annotations

import ipaddress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.intel.meet import WATCHED, columns_of, meet
from analytics.intel.watchlist import Entry, build
from tests.factories import at, batch
from tests.intel_values import entry

ADDRESSES = ["198.51.100.7", "198.51.100.200", "192.0.2.1", "10.0.0.1", "2001:db8::1"]
NAMES = ["evil.test", "cdn.evil.test", "notevil.test", "www.kd.test"]
WATCH = [
    entry("ipv4", "198.51.100.7"),
    entry("ipv4", "198.51.100.128/25"),
    entry("ipv6", "2001:db8::/32"),
    entry("domain", "evil.test", valid_until=at(30)),
    entry("domain", "evil.test", indicator_id="in-other", valid_from=at(20)),
    entry("url", "notevil.test/drop?x=1"),
]


def rows(dataset: str) -> st.SearchStrategy[dict[str, Any]]:
    site = st.sampled_from(["kd-1", "ld-1", None])
    known: dict[str, st.SearchStrategy[Any]] = {
        "event.id": st.uuids().map(str),
        "source.ip": st.sampled_from([*ADDRESSES, None]),
        "destination.ip": st.sampled_from(ADDRESSES),
        "gongga.site.id": site,
        "network.direction": st.sampled_from(["inbound", "outbound", None]),
        "url.domain": st.sampled_from([*NAMES, None]),
        "url.path": st.sampled_from(["/drop", "/", None]),
        "url.query": st.sampled_from(["x=1", "", None]),
        "dns.question.name": st.sampled_from(NAMES),
        "dns.resolved_ip": st.lists(st.sampled_from(ADDRESSES), max_size=3),
        "tls.client.server_name": st.sampled_from([*NAMES, None]),
    }
    return st.fixed_dictionaries({name: known[name] for name in columns_of(dataset) if name in known})


def plainly(dataset: str, event: dict[str, Any], number: int, watched: list[Entry]) -> set[tuple[int, str]]:
    """What one event meets, read slowly."""

    def in_time(one: Entry) -> bool:
        return one.valid_from <= at(number) < one.valid_until

    def address(text: str | None, one: Entry) -> bool:
        return (
            bool(text)
            and one.kind in ("ipv4", "ipv6")
            and ipaddress.ip_address(text) in ipaddress.ip_network(one.value)
        )

    def name(text: str | None, one: Entry) -> bool:
        return bool(text) and one.kind == "domain" and (text == one.value or str(text).endswith("." + one.value))

    asked = "named" if event.get("network.direction") == "inbound" else "asked"
    query = f"?{event['url.query']}" if event.get("url.query") else ""
    full = f"{event.get('url.domain')}{event.get('url.path') or '/'}{query}"
    met = set()
    for place, one in enumerate(watched):
        if not in_time(one):
            continue
        ways = {
            "inbound": address(event.get("source.ip"), one),
            "outbound": address(event.get("destination.ip"), one),
            asked: any(
                name(event.get(field), one) for field in ("url.domain", "dns.question.name", "tls.client.server_name")
            )
            or (one.kind == "url" and full == one.value),
            "resolved": any(address(text, one) for text in event.get("dns.resolved_ip") or ()),
        }
        met |= {(place, way) for way, is_met in ways.items() if is_met}
    return met


@pytest.mark.parametrize("dataset", ["flow", "http", "dns", "tls", "log.web"])
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_the_columns_say_what_a_plain_reading_says(dataset: str, data: st.DataObject) -> None:
    events = data.draw(st.lists(rows(dataset), max_size=40))
    expected: dict[tuple[int, str, str | None], set[str]] = {}
    for number, event in enumerate(events):
        for place, way in plainly(dataset, event, number, WATCH):
            expected.setdefault((place, way, event["gongga.site.id"]), set()).add(event["event.id"])

    found: dict[tuple[int, str, str | None], set[str]] = {}
    for one in meet(dataset, batch(dataset, *events).table, build(WATCH)):
        found.setdefault((one.entry, one.role, one.site_id), set()).update(one.events)

    assert found == expected


def test_an_indicator_counts_in_its_time_and_not_a_moment_longer() -> None:
    events = [{"event.id": f"e{n}", "source.ip": "198.51.100.7", "destination.ip": "10.0.0.1"} for n in range(5)]
    watch = build([entry("ipv4", "198.51.100.7", valid_from=at(1), valid_until=at(3))])

    (one,) = meet("flow", batch("flow", *events).table, watch)

    assert (one.events, one.count, one.first, one.last) == (("e1", "e2"), 2, at(1), at(2))


def test_what_a_probe_saw_of_our_own_sites_is_met_too() -> None:
    watch = build([entry("ipv4", "198.51.100.7"), entry("domain", "evil.test"), entry("sha256", "ab" * 32)])
    resolved = batch("probe.dns", {"event.id": "p1", "gongga.site.id": "kd-1", "dns.resolved_ip": ["198.51.100.7"]})
    content = batch(
        "probe.content",
        {"event.id": "p2", "gongga.page.hidden_hosts": ["x.evil.test"], "gongga.page.body_hash": "AB" * 32},
    )

    assert [(one.role, one.seen) for one in meet("probe.dns", resolved.table, watch)] == [("hijacked", "198.51.100.7")]
    assert {one.role for one in meet("probe.content", content.table, watch)} == {"linked", "served"}


def test_a_flood_of_hits_is_one_thing_met_with_few_events_named() -> None:
    events = [{"event.id": f"e{n}", "source.ip": "198.51.100.7", "destination.ip": "10.0.0.1"} for n in range(3000)]

    (one,) = meet("flow", batch("flow", *events).table, build(WATCH[:1]))

    assert (one.count, len(one.events), one.peers) == (3000, 50, 1)


def test_only_columns_that_a_dataset_has_are_asked_for() -> None:
    assert "probe.http" not in WATCHED
    assert columns_of("probe.http") == ()
    assert "url.path" in columns_of("http")
    assert meet("probe.http", batch("probe.http", {}).table, build(WATCH)) == []
