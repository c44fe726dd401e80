from __future__ import annotations

from typing import Any

from analytics.alerts.claim import Why
from analytics.findings.checks import load_checks
from analytics.findings.sightings import reasons, sightings
from tests.factories import at, segment

CHECKS = load_checks()


def row(**changed: Any) -> dict[str, Any]:
    return {
        "gongga.site.id": "kd-003",
        "gongga.check.id": "exposure/git",
        "gongga.check.result": "fail",
        "gongga.check.location": "/.git/config",
        "gongga.check.round": "r1",
        "gongga.check.why": ["0.96|返回仓库配置"],
        "server.ip": "10.0.3.17",
        "url.port": 80,
        **{name.replace("__", "."): value for name, value in changed.items()},
    }


def test_a_fault_is_seen_with_its_address_evidence_and_event() -> None:
    (one,) = sightings(segment("probe.exposure", row(gongga__check__evidence="[core]")).batch, CHECKS)

    assert (one.key, one.present, one.at) == ("kd-003|exposure/git|/.git/config", True, at(0))
    assert (one.addresses, one.evidence, one.events) == (("10.0.3.17:80",), "[core]", ("s1-000001-0",))
    assert one.why == (Why(0.96, "返回仓库配置"),)


def test_one_weakness_on_two_ports_in_one_round_is_one_sighting() -> None:
    (one,) = sightings(segment("probe.exposure", row(), row(url__port=8080)).batch, CHECKS)

    assert one.addresses == ("10.0.3.17:80", "10.0.3.17:8080")


def test_a_fault_on_one_address_outweighs_cleanness_on_another_in_the_same_round() -> None:
    batch = segment("probe.exposure", row(), row(url__port=8080, gongga__check__result="pass")).batch

    assert [one.present for one in sightings(batch, CHECKS)] == [True]


def test_rounds_are_seen_one_by_one_in_order_of_time() -> None:
    later = {**row(gongga__check__round="r2", gongga__check__result="pass"), "@timestamp": at(50)}
    earlier = {**row(), "@timestamp": at(10)}

    assert [one.present for one in sightings(segment("probe.exposure", later, earlier).batch, CHECKS)] == [True, False]


def test_what_could_not_tell_is_no_sighting() -> None:
    batch = segment(
        "probe.exposure",
        row(gongga__check__result="unknown"),
        row(gongga__check__result="blocked"),
        row(gongga__check__id="content/tamper"),
        row(gongga__check__id="exposure/unheard-of"),
        row(gongga__site__id=None),
    ).batch

    assert sightings(batch, CHECKS) == []


def test_traffic_holds_no_sightings() -> None:
    assert sightings(segment("flow", {"source.ip": "192.0.2.1"}).batch, CHECKS) == []


def test_a_reason_without_a_weight_gets_the_middle_and_an_ipv6_address_its_brackets() -> None:
    assert reasons(["没有权重", "x|也没有"]) == (Why(0.5, "没有权重"), Why(0.5, "x|也没有"))
    (one,) = sightings(segment("probe.exposure", row(server__ip="2001:db8::1")).batch, CHECKS)
    assert one.addresses == ("[2001:db8::1]:80",)
