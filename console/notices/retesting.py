"""Ordering a re-test of the probe: exactly the finding that was noticed, once at a time."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert, select

from analytics.db import FINDING, RETEST
from analytics.findings.finding import GONE, MOVES
from analytics.findings.move import move
from analytics.findings.retest import OPEN
from analytics.lifecycle import Unknown
from console.exercise.state import NOW, belongs
from console.notices.records import new_id


def order_retest(
    connection: Connection, finding_id: str, by: str, at: datetime, ref: str, exercise_id: int | None = NOW
) -> str:
    """Order a re-test and return the order's id; while one is under way that one's. Unknown or ValueError.

    A finding that a unit was told of waits for the order's own answer; another just gets one more observation.
    """
    row = connection.execute(select(FINDING).where(FINDING.c.id == finding_id)).one_or_none()
    if row is None:
        raise Unknown(f"finding {finding_id}")
    if row.state in GONE:
        raise ValueError(f"finding {finding_id} is {row.state!r}; there is nothing to test again")
    under_way: str | None = connection.execute(
        select(RETEST.c.id).where(RETEST.c.finding_id == finding_id, RETEST.c.state.in_(OPEN)).limit(1)
    ).scalar()
    if under_way is not None:
        return under_way
    if "retest" in MOVES[row.state]:
        move(connection, finding_id, "retest", by, "申请复测", at, row.version)
    order_id = new_id("rt")
    connection.execute(
        insert(RETEST).values(
            id=order_id,
            finding_id=finding_id,
            ref=ref,
            site_id=row.site_id,
            check_id=row.check_id,
            location=row.location,
            ordered_by=by,
            ordered_at=at,
            state="ordered",
            events=[],
            exercise_id=belongs(connection, exercise_id),
        )
    )
    return order_id
