"""The one way a person moves a finding along its life."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from analytics.db import CHANGE, FINDING, FINDING_MOVE
from analytics.findings.finding import Finding, finding_of, moved
from analytics.lifecycle import Stale, Unknown


def move(
    connection: Connection,
    finding_id: str,
    to: str,
    by: str,
    reason: str,
    at: datetime,
    version: int,
    accepted_until: datetime | None = None,
) -> Finding:
    """Give a finding another state, if it still is what was read. IllegalMove, Stale or Unknown otherwise.

    A risk is accepted until a date: `accepted` without `accepted_until` is a ValueError.
    """
    row = connection.execute(select(FINDING).where(FINDING.c.id == finding_id)).mappings().one_or_none()
    if row is None:
        raise Unknown(f"finding {finding_id}")
    before = finding_of(dict(row))
    if before.version != version:
        raise Stale(f"finding {finding_id}")
    if to == "accepted" and accepted_until is None:
        raise ValueError("an accepted risk needs the date until which it is accepted")
    after = replace(moved(before, to), accepted_until=accepted_until if to == "accepted" else None)
    changed = connection.execute(
        update(FINDING)
        .where(FINDING.c.id == finding_id, FINDING.c.version == version)
        .values(
            state=after.state,
            accepted_until=after.accepted_until,
            clean_since=after.clean_since,
            clean_times=after.clean_times,
            version=after.version,
        )
    ).rowcount
    if changed != 1:
        raise Stale(f"finding {finding_id}")
    connection.execute(
        insert(FINDING_MOVE).values(
            finding_id=finding_id, at=at, state_from=before.state, state_to=to, by=by, reason=reason
        )
    )
    connection.execute(insert(CHANGE).values(at=at, topic="finding", ref=finding_id, site_id=before.site_id))
    return after
