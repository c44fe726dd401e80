"""Alerts folded into attacks: one source, target, kind and day is one attack (the way of GB/T 37027)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any, Final
from zoneinfo import ZoneInfo

import yaml

CHINA: Final = ZoneInfo("Asia/Shanghai")
LEVELS: Final = ("critical", "high", "medium", "low", "informational")


@dataclass(frozen=True, slots=True)
class Counting:
    """What counts as an attack, and the sentence that says so."""

    classes: tuple[str, ...]
    not_counted: tuple[str, ...]
    zh: str
    en: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Attack:
    """One attack, whatever number of alerts it made. An unknown source, or no site, is an empty string."""

    day: str
    source: str
    site_id: str
    kind: str
    unit_id: str | None
    county: str | None
    level: str
    alerts: int
    first_seen: datetime
    last_seen: datetime


@cache
def load_counting() -> Counting:
    """The way of counting that is shipped."""
    told = yaml.safe_load((files("rules") / "posture" / "attacks.yml").read_text("utf-8"))
    return Counting(
        classes=tuple(told["classes"]),
        not_counted=tuple(told["not_counted"]),
        zh=told["method"]["zh"],
        en=told["method"]["en"],
        confidence=told["confidence"],
    )


def day_of(at: datetime) -> str:
    """The day by China's clock."""
    return at.astimezone(CHINA).date().isoformat()


def fold(alerts: Iterable[Mapping[str, Any]], is_ours: Callable[[str], bool], counting: Counting) -> list[Attack]:
    """The attacks that alerts stand for. An address of ours is a victim, not a source."""
    found: dict[tuple[str, str, str, str], Attack] = {}
    for alert in alerts:
        kind = alert["class_code"]
        if not kind or kind.partition(".")[0] not in counting.classes or alert["status"] in counting.not_counted:
            continue
        site, entity = alert["site_id"] or "", alert["entity"]
        source = "" if entity == site or is_ours(entity) else entity
        key = (day_of(alert["first_seen"]), source, site, kind)
        known = found.get(key)
        found[key] = _first(key, alert) if known is None else _more(known, alert)
    return list(found.values())


def _first(key: tuple[str, str, str, str], alert: Mapping[str, Any]) -> Attack:
    return Attack(
        *key,
        unit_id=alert["unit_id"],
        county=alert["county"],
        level=alert["level"],
        alerts=1,
        first_seen=alert["first_seen"],
        last_seen=alert["last_seen"],
    )


def _more(known: Attack, alert: Mapping[str, Any]) -> Attack:
    return replace(
        known,
        level=min(known.level, alert["level"], key=_gravity),
        alerts=known.alerts + 1,
        first_seen=min(known.first_seen, alert["first_seen"]),
        last_seen=max(known.last_seen, alert["last_seen"]),
    )


def _gravity(level: str) -> int:
    return LEVELS.index(level) if level in LEVELS else len(LEVELS)
