"""The tiles of the eighteen counties."""

from __future__ import annotations

from analytics.posture.counties import load_counties


def test_eighteen_counties_each_with_its_own_place() -> None:
    counties = load_counties()

    assert len(counties) == 18
    assert {one.code[:4] for one in counties} == {"5133"}
    assert len({(one.row, one.column) for one in counties}) == 18
    assert all(one.zh.startswith(one.short) for one in counties)
