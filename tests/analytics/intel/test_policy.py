"""What the office thinks of intelligence."""

from __future__ import annotations

from datetime import timedelta

import pytest

from analytics.alerts.claim import LEVELS
from analytics.grading.tables import load_tables
from analytics.intel.policy import load_markings, load_policy
from tests.factories import at


def test_an_indicator_without_an_end_gets_one_by_what_it_watches_for() -> None:
    policy = load_policy()

    assert policy.ends({"ipv4"}, at(0), None) == at(0) + timedelta(days=policy.valid_days["ipv4"])
    assert policy.ends({"domain", "ipv4"}, at(0), None) == policy.ends({"ipv4"}, at(0), None)
    assert policy.ends(set(), at(0), at(60)) == at(60)
    assert policy.ends({"domain"}, at(0), at(1e9)) == at(0) + policy.longest


def test_every_way_of_being_met_has_a_level_a_class_and_both_sentences() -> None:
    for one in load_policy().sightings.values():
        assert one.class_code in load_tables().classes
        assert LEVELS.index(one.level) >= LEVELS.index(one.weaker)
        assert one.zh.format(seen="x", peer="y", name="z")
        assert one.en.format(seen="x", peer="y", name="z")


def test_markings_have_an_order_and_every_label_one_of_them() -> None:
    markings = load_markings()

    assert markings.names == ("公开", "内部", "敏感", "重要")
    assert markings.higher("公开", "敏感") == "敏感"
    assert markings.strictest({"green", "red", "clear"}) == "red"
    assert {markings.by_definition[ref] for ref in markings.tlp["red"].definitions} == {"red"}
    with pytest.raises(ValueError, match="公开, 内部, 敏感, 重要"):
        markings.rank("绝密")
