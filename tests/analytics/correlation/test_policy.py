from __future__ import annotations

from datetime import timedelta

from analytics.alerts.claim import LEVELS
from analytics.correlation.policy import load_policy
from analytics.findings.checks import load_checks

POLICY = load_policy()


def test_the_policy_names_only_checks_levels_and_stages_that_there_are() -> None:
    assert POLICY.way_in_checks | POLICY.same_story <= set(load_checks())
    assert POLICY.way_in_stages <= set(POLICY.stages)
    assert {POLICY.joins_from, *(rule.level for rule in POLICY.openings)} <= set(LEVELS)
    assert POLICY.idle_gap == timedelta(hours=6)


def test_stages_stand_in_the_order_of_an_attack_and_unknown_ones_last() -> None:
    shuffled = frozenset({"impact", "reconnaissance", "unheard-of", "initial-access"})

    assert POLICY.in_order(shuffled) == ("reconnaissance", "initial-access", "impact", "unheard-of")
