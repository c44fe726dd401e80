"""Builders of claims, alerts, sightings and sites for the tests of analytics."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, create_engine

from analytics.alerts.alert import Alert, opened
from analytics.alerts.claim import Claim, Why
from analytics.db import METADATA
from analytics.findings.finding import Sighting
from tests.factories import at


def claim(**changed: Any) -> Claim:
    """A claim that 203.0.113.77 scans kd-003, from noon to one minute past."""
    return replace(
        Claim(
            detector="sigma",
            rule_id="scan",
            title="扫描",
            title_en="Scan",
            level="medium",
            site_id="kd-003",
            entity="203.0.113.77",
            first_seen=at(0),
            last_seen=at(60),
            count=3,
            why=(Why(0.5, "3 个不存在的路径", "3 missing paths"),),
            event_ids=("s1-000001-0", "s1-000001-1"),
            key="scan|kd-003|203.0.113.77",
            techniques=("T1595",),
            stage="reconnaissance",
            class_code="02.01",
        ),
        **changed,
    )


def alert(**changed: Any) -> Alert:
    """The alert of such a claim; names that only an alert has are set on it."""
    own = {"id", "status", "incident_id", "version", "unit_id", "county"}
    made = opened(claim(**{name: value for name, value in changed.items() if name not in own}))
    return replace(made, **{name: value for name, value in changed.items() if name in own})


def sighting(**changed: Any) -> Sighting:
    """An exposed .git folder on kd-003, seen at noon."""
    return replace(
        Sighting(
            site_id="kd-003",
            check_id="exposure/git",
            location="/.git/config",
            present=True,
            at=at(0),
            addresses=("10.0.3.17:80",),
            evidence="[core]",
            why=(Why(0.9, "返回仓库配置"),),
            events=("probe-000001-0",),
        ),
        **changed,
    )


@contextmanager
def records() -> Iterator[Connection]:
    """A connection to an empty database of all tables."""
    engine = create_engine("sqlite://")
    METADATA.create_all(engine)
    with engine.begin() as connection:
        yield connection
    engine.dispose()
