"""Claims about what met the watch list."""

from __future__ import annotations

from analytics.intel.detect import WatchlistDetector, claims
from analytics.intel.meet import meet
from analytics.intel.policy import load_policy
from analytics.intel.watchlist import build
from tests.factories import at, batch
from tests.intel_values import entry

FLOW = {
    "event.id": "e1",
    "source.ip": "10.0.0.8",
    "destination.ip": "198.51.100.7",
    "network.direction": "outbound",
    "gongga.site.id": "kd-1",
}


def test_a_claim_names_indicator_source_confidence_and_validity() -> None:
    watch = build([entry("ipv4", "198.51.100.7", indicator_id="in-1")])

    (claim,) = WatchlistDetector(lambda: watch, load_policy()).detect(batch("flow", FLOW))

    assert (claim.rule_id, claim.level, claim.entity, claim.site_id) == ("in-1", "high", "198.51.100.7", "kd-1")
    assert claim.title == "本辖区主机 10.0.0.8 连接威胁情报所列地址 198.51.100.7"
    words = "\n".join(why.text for why in claim.why)
    for part in ("in-1", "《测试情报》", "省平台", "置信度 80", "2026-11-23 19:00 至 2026-11-24 20:00"):
        assert part in words, words
    assert all(why.text_en for why in claim.why)
    assert claim.event_ids == ("e1",)


def test_an_unsure_source_makes_a_weaker_claim() -> None:
    for confidence in (None, 10):
        watch = build([entry("ipv4", "198.51.100.7", confidence=confidence)])
        (claim,) = claims(meet("flow", batch("flow", FLOW).table, watch), watch.entries, load_policy())
        assert claim.level == "medium"


def test_a_subdomain_and_a_network_are_said() -> None:
    watch = build([entry("domain", "evil.test"), entry("ipv4", "198.51.100.0/24")])
    asked = {
        "event.id": "d1",
        "source.ip": "10.0.0.8",
        "destination.ip": "10.0.0.1",
        "dns.question.name": "a.evil.test",
    }

    (name,) = claims(meet("dns", batch("dns", asked).table, watch), watch.entries, load_policy())
    (network,) = claims(meet("flow", batch("flow", FLOW).table, watch), watch.entries, load_policy(), at(0))

    assert any("a.evil.test 是 evil.test 的子域名" in why.text for why in name.why)
    assert any("网段 198.51.100.0/24" in why.text for why in network.why)
    assert any("回查" in why.text for why in network.why)


def test_many_addresses_of_a_network_are_one_claim_about_the_network() -> None:
    watch = build([entry("ipv4", "198.51.100.0/24")])
    events = [
        {**FLOW, "event.id": f"e{n}", "source.ip": f"198.51.100.{n}", "destination.ip": "10.0.0.1"} for n in range(9)
    ]

    (claim,) = WatchlistDetector(lambda: watch, load_policy()).detect(batch("flow", *events))

    assert (claim.entity, claim.count) == ("198.51.100.0/24", 9)


def test_an_empty_list_claims_nothing() -> None:
    assert WatchlistDetector(lambda: build([]), load_policy()).detect(batch("flow", FLOW)) == []
