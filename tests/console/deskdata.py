"""Records of analytics for console tests, with every column filled."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Engine, insert

from analytics.db import ALERT, FINDING, INCIDENT
from tests.factories import NOON


def alert(engine: Engine, number: int, **values: Any) -> str:
    """Put an alert into the records; returns its id."""
    row: dict[str, Any] = {
        "id": f"al-{number:04d}",
        "key": f"rule-{number}|kd-1",
        "detector": "sigma",
        "rule_id": f"rule-{number}",
        "title": f"告警{number}",
        "title_en": f"Alert {number}",
        "level": "high",
        "site_id": "kd-1",
        "unit_id": "U-1",
        "county": "513301",
        "entity": "203.0.113.77",
        "first_seen": NOON,
        "last_seen": NOON,
        "count": 1,
        "why": [],
        "events": [],
        "techniques": [],
        "status": "new",
        "version": 1,
    }
    with engine.begin() as connection:
        connection.execute(insert(ALERT).values(row | values))
    return str((row | values)["id"])


def finding(engine: Engine, number: int, **values: Any) -> str:
    """Put a finding into the records; returns its id."""
    row: dict[str, Any] = {
        "id": f"fi-{number:04d}",
        "key": f"kd-1|check-{number}|/",
        "site_id": "kd-1",
        "unit_id": "U-1",
        "county": "513301",
        "check_id": f"check-{number}",
        "location": "/",
        "title": f"隐患{number}",
        "title_en": f"Finding {number}",
        "severity": "medium",
        "state": "new",
        "first_seen": NOON,
        "last_seen": NOON,
        "times_seen": 1,
        "clean_times": 0,
        "addresses": [],
        "why": [],
        "events": [],
        "version": 1,
    }
    with engine.begin() as connection:
        connection.execute(insert(FINDING).values(row | values))
    return str((row | values)["id"])


def incident(engine: Engine, number: int, *clocks: tuple[str, datetime], **values: Any) -> str:
    """Put an incident with clocks (name, due) into the records; returns its id."""
    row: dict[str, Any] = {
        "id": f"2026-{number:04d}",
        "title": f"事件{number}",
        "title_en": f"Incident {number}",
        "site_id": "kd-1",
        "unit_id": "U-1",
        "county": "513301",
        "state": "open",
        "level_proposed": 3,
        "grading": {"clocks": [{"id": name, "zh": name, "en": name, "due": due.isoformat()} for name, due in clocks]},
        "entities": [],
        "stages": [],
        "occurred_at": NOON,
        "detected_at": NOON,
        "last_seen": NOON,
        "version": 1,
    }
    with engine.begin() as connection:
        connection.execute(insert(INCIDENT).values(row | values))
    return str((row | values)["id"])
