"""Reading and writing incidents, their members and their timeline, inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, true, update

from analytics.alerts.alert import ENDED, Alert, alert_of
from analytics.correlation.incident import AT_REST, Incident, incident_of, next_id, year_of
from analytics.db import ALERT, FINDING, INCIDENT, INCIDENT_ENTRY, INCIDENT_MEMBER
from analytics.findings.finding import GONE
from analytics.grading.tables import Words


def open_incidents(connection: Connection, since: datetime | None = None) -> list[Incident]:
    """Incidents that something may join, the newest last; with `since`, those in which something was seen after it."""
    recent = INCIDENT.c.last_seen >= since if since is not None else true()
    rows = connection.execute(
        select(INCIDENT).where(INCIDENT.c.state.not_in(AT_REST), recent).order_by(INCIDENT.c.last_seen, INCIDENT.c.id)
    ).mappings()
    return [incident_of(dict(row)) for row in rows]


def one_incident(connection: Connection, incident_id: str) -> Incident | None:
    """One incident."""
    row = connection.execute(select(INCIDENT).where(INCIDENT.c.id == incident_id)).mappings().one_or_none()
    return incident_of(dict(row)) if row is not None else None


def unassigned(
    connection: Connection, since: datetime, site_id: str | None, entities: Iterable[str] = ()
) -> list[Alert]:
    """Alerts in no incident and with no verdict against them: of a site, or of no site but one of these entities."""
    mine = ALERT.c.site_id == site_id if site_id else ALERT.c.site_id.is_(None) & ALERT.c.entity.in_(list(entities))
    rows = connection.execute(
        select(ALERT)
        .where(mine, ALERT.c.incident_id.is_(None), ALERT.c.status.not_in(ENDED), ALERT.c.last_seen >= since)
        .order_by(ALERT.c.first_seen, ALERT.c.id)
    ).mappings()
    return [alert_of(dict(row)) for row in rows]


def members(connection: Connection, incident_id: str) -> list[Alert]:
    """The alerts of an incident without those that a person called false or benign."""
    rows = connection.execute(
        select(ALERT)
        .where(ALERT.c.incident_id == incident_id, ALERT.c.status.not_in(ENDED))
        .order_by(ALERT.c.first_seen, ALERT.c.id)
    ).mappings()
    return [alert_of(dict(row)) for row in rows]


def standing(connection: Connection, site_id: str, checks: Iterable[str]) -> Sequence[Row[Any]]:
    """Findings of a site that still stand, of these checks."""
    return connection.execute(
        select(FINDING)
        .where(FINDING.c.site_id == site_id, FINDING.c.check_id.in_(list(checks)), FINDING.c.state.not_in(GONE))
        .order_by(FINDING.c.first_seen, FINDING.c.id)
    ).all()


def sites_touched(connection: Connection, entity: str, since: datetime) -> int:
    """How many sites an entity's alerts concern since a moment."""
    counted = connection.execute(
        select(func.count(ALERT.c.site_id.distinct())).where(ALERT.c.entity == entity, ALERT.c.last_seen >= since)
    ).scalar_one()
    return int(counted)


def new_id(connection: Connection, at: datetime) -> str:
    """The next incident number of this year; the transaction keeps it from being given twice."""
    taken = connection.scalars(select(INCIDENT.c.id).where(INCIDENT.c.id.like(f"{year_of(at)}-%")))
    return next_id(list(taken), at)


def join(connection: Connection, incident_id: str, kind: str, member_id: str, why: str, at: datetime) -> bool:
    """Make an alert or a finding a member, once; whether it was new."""
    known = connection.execute(
        select(INCIDENT_MEMBER.c.why).where(
            INCIDENT_MEMBER.c.incident_id == incident_id,
            INCIDENT_MEMBER.c.kind == kind,
            INCIDENT_MEMBER.c.member_id == member_id,
        )
    ).first()
    if known is not None:
        return False
    connection.execute(
        insert(INCIDENT_MEMBER).values(incident_id=incident_id, kind=kind, member_id=member_id, joined_at=at, why=why)
    )
    table = {"alert": ALERT, "finding": FINDING}[kind]
    connection.execute(update(table).where(table.c.id == member_id).values(incident_id=incident_id))
    return True


def widen(connection: Connection, incident_id: str, alert: Alert) -> None:
    """Let an incident reach over one more alert, so that the next one in the same batch finds it near."""
    row = connection.execute(select(INCIDENT).where(INCIDENT.c.id == incident_id)).one()
    named = {*row.entities, alert.entity} - {row.site_id}
    connection.execute(
        update(INCIDENT)
        .where(INCIDENT.c.id == incident_id)
        .values(
            entities=sorted(named),
            occurred_at=min(row.occurred_at, alert.first_seen),
            last_seen=max(row.last_seen, alert.last_seen),
        )
    )


def enter(
    connection: Connection, incident_id: str, kind: str, ref: str, at: datetime, now: datetime, words: Words, by: str
) -> None:
    """Write one line of the timeline, once per kind and reference."""
    same = (
        INCIDENT_ENTRY.c.incident_id == incident_id,
        INCIDENT_ENTRY.c.kind == kind,
        INCIDENT_ENTRY.c.ref == ref,
    )
    if connection.execute(select(INCIDENT_ENTRY.c.id).where(*same)).first() is not None:
        return
    connection.execute(
        insert(INCIDENT_ENTRY).values(
            incident_id=incident_id,
            at=at,
            recorded_at=now,
            kind=kind,
            text=words.zh,
            text_en=words.en,
            by=by,
            ref=ref,
        )
    )
