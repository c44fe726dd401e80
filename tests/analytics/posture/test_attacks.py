"""Attacks are counted as the standard counts: source × target × kind × day."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from analytics.posture.attacks import day_of, fold, load_counting
from tests.factories import NOON


def alert(**values: Any) -> dict[str, Any]:
    return {
        "status": "new",
        "class_code": "02.03",
        "site_id": "kd-1",
        "unit_id": "U-1",
        "county": "513301",
        "entity": "203.0.113.77",
        "level": "high",
        "first_seen": NOON,
        "last_seen": NOON,
        **values,
    }


def folded(*alerts: dict[str, Any]) -> list[tuple[str, str, str, int]]:
    found = fold(alerts, lambda address: address.startswith("10."), load_counting())
    return [(one.source, one.site_id, one.kind, one.alerts) for one in found]


def test_many_alerts_of_one_source_target_kind_and_day_are_one_attack() -> None:
    later = NOON + timedelta(hours=1)
    one = fold([alert(), alert(level="critical", last_seen=later)], lambda _: False, load_counting())[0]

    assert (one.alerts, one.level, one.first_seen, one.last_seen) == (2, "critical", NOON, later)


def test_another_source_target_kind_or_day_is_another_attack() -> None:
    tomorrow = NOON + timedelta(days=1)
    found = folded(
        alert(),
        alert(entity="203.0.113.9"),
        alert(site_id="ld-1"),
        alert(class_code="02.01"),
        alert(first_seen=tomorrow),
    )

    assert len(found) == 5


def test_what_a_person_called_false_and_what_is_no_attack_does_not_count() -> None:
    assert (
        folded(alert(status="false"), alert(status="benign"), alert(class_code="08.01"), alert(class_code=None)) == []
    )


def test_an_address_of_ours_or_the_site_itself_is_no_source() -> None:
    assert folded(alert(entity="10.0.0.1"), alert(entity="kd-1")) == [("", "kd-1", "02.03", 2)]


def test_days_follow_chinas_clock() -> None:
    assert day_of(NOON.replace(hour=16)) == "2026-11-24"
