from __future__ import annotations

from datetime import timedelta

from analytics.correlation.group import chained, near_in_time, opening, why_finding, why_joins
from analytics.correlation.policy import load_policy
from tests.analytics_values import alert
from tests.factories import at

POLICY = load_policy()
HOUR = 3600


def test_alerts_hang_together_over_several_gaps_and_break_at_a_longer_one() -> None:
    alerts = [
        alert(key=str(number), first_seen=at(number * HOUR), last_seen=at(number * HOUR)) for number in (0, 5, 10, 17)
    ]

    chain = chained(alerts[0], alerts, timedelta(hours=6))

    assert [one.first_seen for one in chain] == [at(0), at(5 * HOUR), at(10 * HOUR)]


def test_spans_are_near_when_they_overlap_or_lie_within_the_gap() -> None:
    gap = timedelta(seconds=10)

    assert near_in_time(at(0), at(5), at(15), at(20), gap)
    assert not near_in_time(at(0), at(5), at(16), at(20), gap)
    assert near_in_time(at(30), at(35), at(15), at(20), gap)


def test_a_critical_alert_opens_an_incident_alone() -> None:
    rule = opening([alert(level="critical")], False, "部门", POLICY)

    assert rule is not None
    assert rule.id == "critical"


def test_two_stages_open_one_only_when_one_of_them_is_high() -> None:
    scan, upload = alert(), alert(level="high", stage="persistence", key="upload")
    tries = alert(stage="initial-access", key="tries")

    assert opening([scan, tries], False, "部门", POLICY) is None
    rule = opening([scan, upload], False, "部门", POLICY)
    assert rule is not None
    assert rule.id == "stages"


def test_a_high_alert_needs_a_weakness_that_explains_it() -> None:
    upload = alert(level="high", stage="persistence")

    assert opening([upload], False, "部门", POLICY) is None
    rule = opening([upload], True, "部门", POLICY)
    assert rule is not None
    assert rule.id == "way-in"
    assert opening([alert(level="high", stage=None)], True, "部门", POLICY) is None


def test_a_portal_of_rank_that_stays_down_is_an_incident() -> None:
    down = alert(level="high", stage=None, class_code="08.01", first_seen=at(0), last_seen=at(1800))

    assert opening([down], False, "部门", POLICY) is None
    rule = opening([down], False, "地市级", POLICY)
    assert rule is not None
    assert rule.id == "portal-down"


def test_an_alert_of_the_site_joins_and_says_why() -> None:
    why = why_joins(alert(), "kd-003", {"203.0.113.77"}, False, POLICY)

    assert why is not None
    assert why.zh == "同一网站，相隔不超过 6 小时；同一来源 203.0.113.77；阶段：侦察"


def test_a_slight_alert_joins_by_its_source_only() -> None:
    assert why_joins(alert(level="low"), "kd-003", {"203.0.113.77"}, False, POLICY) is not None
    assert why_joins(alert(level="low"), "kd-003", {"198.51.100.1"}, False, POLICY) is None


def test_an_alert_of_another_site_never_joins_whatever_it_shares() -> None:
    assert why_joins(alert(site_id="kd-002", level="critical"), "kd-003", {"203.0.113.77"}, False, POLICY) is None


def test_an_alert_of_no_site_joins_by_a_rare_source_and_never_by_a_common_one() -> None:
    lone = alert(site_id=None)

    assert why_joins(lone, "kd-003", {"203.0.113.77"}, False, POLICY) is not None
    assert why_joins(lone, "kd-003", {"203.0.113.77"}, True, POLICY) is None
    assert why_joins(lone, "kd-003", set(), False, POLICY) is None


def test_a_finding_joins_when_it_explains_something() -> None:
    assert why_finding("exposure/git", POLICY) is not None
    assert why_finding("content/hidden-link", POLICY) is not None
    assert why_finding("headers/hsts-missing", POLICY) is None
