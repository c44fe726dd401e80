"""A month of records for the bulletin's tests: November 2026 in two counties."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import insert

from analytics.db import FINDING_MOVE, SITE_DAY
from analytics.posture.tables import ATTACK
from console.notices.months import Month
from tests.console.deskdata import finding, incident
from tests.console.deskside import Table, two_counties

MONTH = Month(2026, 11)
LAST, SOON, LATER = (MONTH.start + timedelta(days=days) for days in (-9, 5, 12))
AFTER = datetime(2026, 12, 1, 2, tzinfo=UTC)


def november(table: Table) -> None:
    """One finding stands, one is new, one is closed, one returned; two incidents; an attack; some visits."""
    two_counties(table)
    engine = table.desk.engine
    there = {"unit_id": "U-2", "site_id": "ld-1", "county": "513322"}
    finding(engine, 1, first_seen=LAST, severity="high", check_id="tls/absent")
    finding(engine, 2, first_seen=SOON, severity="critical", check_id="tls/absent", **there)
    finding(engine, 3, first_seen=LAST, state="closed", check_id="tls/absent")
    finding(engine, 4, first_seen=LAST - timedelta(days=30), state="reopened", **there)
    moves = [
        ("fi-0003", SOON, "new", "closed"),
        ("fi-0004", LAST, "new", "closed"),
        ("fi-0004", LATER, "closed", "reopened"),
    ]
    incident(engine, 1, detected_at=SOON, occurred_at=SOON)
    incident(engine, 2, detected_at=SOON, occurred_at=SOON, state="merged")
    attack = {"day": "2026-11-06", "source": "203.0.113.7", "site_id": "kd-1", "kind": "MI.1", "level": "high"}
    with engine.begin() as connection:
        connection.execute(
            insert(FINDING_MOVE),
            [
                {"finding_id": one, "at": at, "state_from": was, "state_to": to, "by": "x", "reason": "y"}
                for one, at, was, to in moves
            ],
        )
        connection.execute(insert(ATTACK).values(**attack, alerts=40, first_seen=SOON, last_seen=SOON))
        counts = {"findings": 0, "alerts": 0, "incidents": 0}
        for site, day, visits, failed in (
            ("kd-1", "2026-11-06", 100, 0),
            ("ld-1", "2026-11-06", 100, 10),
            ("kd-1", "2026-10-06", 100, 10),
        ):
            connection.execute(insert(SITE_DAY).values(site_id=site, day=day, visits=visits, failed=failed, **counts))
