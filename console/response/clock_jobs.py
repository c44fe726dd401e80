"""Telling the right people that a clock runs out. The desk warns; it never reports by itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, or_, select

from analytics.correlation.records import enter
from analytics.db import INCIDENT, INCIDENT_ENTRY
from analytics.findings.finding import MACHINE
from analytics.grading.tables import Words
from console.calendar.working_time import SHANGHAI
from console.clerk.work import Clerk
from console.exercise.state import current
from console.notify.tell import Message, tell
from console.notify.wording import worded
from console.response.clock_warnings import Rule, Warning, load_rules, warnings
from console.response.level_tables import RESPONSE_LEVEL
from console.response.levels import mechanism_of
from console.response.people import Person, holders, people_of
from console.web.changes import announce
from console.web.clocks import ended_lately
from console.web.counts import open_incidents

KIND = "clock"


def warn(clerk: Clerk) -> None:
    """Warn once of every share of a duty's time that has passed. Killed and run again, it tells nobody twice."""
    now, rules = clerk.clock(), load_rules()
    with clerk.reads.begin() as connection:
        rows = connection.execute(select(INCIDENT).where(or_(open_incidents(), ended_lately(now)))).all()
        due = [(row, one) for row in rows for one in warnings(row.grading, now, row.closed_at, rules)]
        known = _known(connection, [row.id for row, _ in due])
    for row, one in due:
        if (row.id, one.ref) not in known:
            with clerk.engine.begin() as connection:
                _warn(connection, clerk, row.id, one, now)


def _known(connection: Connection, incidents: Sequence[str]) -> set[tuple[str, str]]:
    if not incidents:
        return set()
    entry = INCIDENT_ENTRY.c
    wanted = select(entry.incident_id, entry.ref).where(entry.kind == KIND, entry.incident_id.in_(set(incidents)))
    return {(row.incident_id, row.ref) for row in connection.execute(wanted)}


def _warn(connection: Connection, clerk: Clerk, incident_id: str, one: Warning, now: datetime) -> None:
    # Read again inside the transaction: the duty may have been met meanwhile.
    row = connection.execute(select(INCIDENT).where(INCIDENT.c.id == incident_id)).one()
    still = {found.ref: found for found in warnings(row.grading, now, row.closed_at, load_rules())}
    if one.ref not in still:
        return
    percent, what = one.rule.percent, one.clock
    kind = "overdue" if percent >= 100 else "clock"
    subject, text = worded(
        kind,
        percent=str(percent),
        what=str(what.get("zh") or what["id"]),
        title=row.title,
        incident=row.id,
        due=one.due.astimezone(SHANGHAI).strftime("%m-%d %H:%M"),
        article=str(what.get("article", "—")),
        confidence=str(what.get("confidence", "—")),
        address=clerk.office.office.address.rstrip("/"),
    )
    exercise = _exercise(connection, row)
    for person in _people(connection, clerk, row, one.rule):
        key = f"clock:{row.id}:{one.ref}:{person.account or person.name}"[:200]
        urgent = percent >= 75
        tell(
            connection,
            Message(key, KIND, person.recipient(), subject, text, f"incident {row.id}", urgent),
            now,
            exercise,
        )
    words = Words(
        f"时限预警：{what.get('zh') or what['id']}已用 {percent}%" if percent < 100 else f"时限已到：{what.get('zh')}",
        f"{what.get('en') or what['id']}: {percent} % of the time is used",
    )
    enter(connection, row.id, KIND, one.ref, now, now, words, MACHINE)
    announce(connection, "incident", row.id, now, row.site_id)


def _exercise(connection: Connection, row: Row[Any]) -> int | None:
    """The exercise that an incident's duties belong to: the one its response was started in, or that ran when it was
    detected. A duty that was there before an exercise stays real, or nobody would believe the warning."""
    started = select(RESPONSE_LEVEL.c.exercise_id).where(RESPONSE_LEVEL.c.incident_id == row.id)
    last = connection.execute(started.order_by(RESPONSE_LEVEL.c.seq.desc()).limit(1)).one_or_none()
    if last is not None:
        found: int | None = last.exercise_id
        return found
    running = current(connection)
    return running.id if running is not None and row.detected_at >= running.started_at else None


def _people(connection: Connection, clerk: Clerk, row: Row[Any], rule: Rule) -> list[Person]:
    found = list(holders(connection, rule.roles, row.county))
    mechanism = mechanism_of(connection, clerk.data.root, row)
    for step, letter in rule.acting.items():
        for slot in mechanism.acting(step, letter):
            found.extend(people_of(connection, slot, row.county)[:1])
    return list(dict.fromkeys(found))
