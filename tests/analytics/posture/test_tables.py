"""The tables of counted numbers."""

from __future__ import annotations

from analytics.posture.tables import ATTACK, POSTURE_COUNT


def test_an_attack_is_told_by_source_target_kind_and_day() -> None:
    assert [column.name for column in ATTACK.primary_key] == ["day", "source", "site_id", "kind"]
    assert [column.name for column in POSTURE_COUNT.primary_key] == ["hour", "measure", "facet", "county"]
