from __future__ import annotations

from analytics.alerts.claim import LEVELS
from tests.analytics_values import claim


def test_levels_stand_from_harmless_to_grave() -> None:
    assert LEVELS[0] == "informational"
    assert LEVELS[-1] == "critical"


def test_equal_claims_are_equal_values() -> None:
    assert claim() == claim()
    assert hash(claim()) == hash(claim())
