"""Telling open pages what changed: a row in the caller's transaction, seen by every process that polls."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, insert

from analytics.db import CHANGE

# The topics pages listen to, with the permission that each one needs.
TOPICS: Final = {
    "alert": "alerts.read",
    "incident": "incidents.read",
    "finding": "findings.read",
    "site": "sites.read",
    "sensor": "health.read",
    "run": "response.read",
    "notice": "notices.read",
    "province": "province.read",
}


def announce(connection: Connection, topic: str, ref: str, at: datetime, site_id: str | None = None) -> None:
    """Say that something changed, inside the caller's transaction."""
    if topic not in TOPICS:
        raise ValueError(f"unknown topic {topic!r}; one of {', '.join(TOPICS)}")
    connection.execute(insert(CHANGE).values(at=at, topic=topic, ref=ref, site_id=site_id))
