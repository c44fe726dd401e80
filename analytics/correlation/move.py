"""What people do to an incident: confirm it, move it on, open one by hand, add to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from analytics.alerts.alert import Alert, alert_of
from analytics.correlation.incident import AT_REST, MOVES, Incident
from analytics.correlation.records import enter, join, new_id, one_incident, widen
from analytics.correlation.refresh import Means, refresh, title
from analytics.db import ALERT, CHANGE, INCIDENT
from analytics.grading.tables import Words
from analytics.lifecycle import IllegalMove, Stale, Unfit, Unknown


@dataclass(frozen=True, slots=True)
class Person:
    """Who does it, when, and why."""

    by: str
    at: datetime
    reason: str = ""


def move(connection: Connection, incident_id: str, to: str, who: Person, version: int) -> Incident:
    """Give an incident another state, if it still is what was read. IllegalMove, Stale or Unknown otherwise."""
    incident = _read(connection, incident_id, version)
    if to not in MOVES.get(incident.state, frozenset()):
        raise IllegalMove(f"incident {incident_id}", incident.state, to)
    _change(connection, incident, {"state": to, "closed_at": who.at if to == "closed" else None}, who)
    words = Words(
        f"状态由 {incident.state} 改为 {to}" + (f"：{who.reason}" if who.reason else ""),
        f"State {incident.state} → {to}" + (f": {who.reason}" if who.reason else ""),
    )
    enter(connection, incident_id, "state", f"state:{incident.version + 1}", who.at, who.at, words, who.by)
    return _read(connection, incident_id, incident.version + 1)


def confirm(
    connection: Connection, incident_id: str, class_code: str, level: int, means: Means, who: Person, version: int
) -> Incident:
    """A person confirms class and level; no proposal overwrites them. ValueError for a class or level there is not."""
    tables = means.tables
    if class_code not in tables.classes:
        raise Unfit("没有这个事件类别", f"there is no class {class_code!r}")
    if level not in tables.levels:
        raise Unfit("没有这个事件级别", f"there is no level {level!r}; 1 to 4")
    incident = _read(connection, incident_id, version)
    if incident.state in AT_REST:
        raise IllegalMove(f"incident {incident_id}", incident.state, "confirmed")
    state = "confirmed" if incident.state == "open" else incident.state
    values = {"class_code": class_code, "level_confirmed": level, "confirmed_at": who.at, "state": state}
    _change(connection, incident, values, who)
    said, named = tables.classes[class_code], tables.levels[level]
    words = Words(f"研判确认：{said.zh}，{named.zh}事件", f"Confirmed: {said.en}, {named.en.lower()}")
    if who.reason:
        words = Words(f"{words.zh}。{who.reason}", f"{words.en}. {who.reason}")
    enter(connection, incident_id, "confirmed", f"confirmed:{incident.version + 1}", who.at, who.at, words, who.by)
    after = _read(connection, incident_id, incident.version + 1)
    refresh(connection, after, means, (), who.at, certain=True)
    return _read(connection, incident_id, incident.version + 1)


def open_by_hand(connection: Connection, alert_ids: Sequence[str], means: Means, who: Person) -> str:
    """Open an incident of these alerts, which may be in none yet; its id. Unknown, or IllegalMove for one that is."""
    alerts = [_free_alert(connection, alert_id) for alert_id in alert_ids]
    if not alerts:
        raise Unfit("请至少勾选一条告警", "an incident needs at least one alert")
    site = means.inventory.sites.get(alerts[0].site_id or "")
    incident_id = new_id(connection, who.at)
    named = title(site, alerts[0].entity, None, means.tables)
    connection.execute(
        insert(INCIDENT).values(
            id=incident_id,
            title=named.zh,
            title_en=named.en,
            site_id=alerts[0].site_id,
            unit_id=site.unit_id if site else None,
            county=site.county if site else None,
            state="open",
            grading={},
            entities=[],
            stages=[],
            occurred_at=min(alert.first_seen for alert in alerts),
            detected_at=who.at,
            last_seen=max(alert.last_seen for alert in alerts),
            version=1,
        )
    )
    words = Words(f"{who.by} 立案" + (f"：{who.reason}" if who.reason else ""), f"Opened by {who.by}")
    enter(connection, incident_id, "opened", "by-hand", who.at, who.at, words, who.by)
    add_alerts(connection, incident_id, alert_ids, means, who)
    return incident_id


def add_alerts(
    connection: Connection, incident_id: str, alert_ids: Sequence[str], means: Means, who: Person
) -> Incident:
    """A person puts alerts into an incident. Unknown, or IllegalMove when one is in another or the incident rests."""
    incident = _read(connection, incident_id, None)
    if incident.state in AT_REST:
        raise IllegalMove(f"incident {incident_id}", incident.state, "larger")
    for alert_id in alert_ids:
        alert = _free_alert(connection, alert_id)
        why = f"{who.by} 加入" + (f"：{who.reason}" if who.reason else "")
        if join(connection, incident_id, "alert", alert_id, why, who.at):
            widen(connection, incident_id, alert)
            words = Words(f"告警：{alert.title}", f"Alert: {alert.title_en}")
            enter(connection, incident_id, "alert", alert_id, alert.first_seen, who.at, words, who.by)
            connection.execute(insert(CHANGE).values(at=who.at, topic="alert", ref=alert_id, site_id=alert.site_id))
    refresh(connection, _read(connection, incident_id, None), means, (), who.at, certain=True)
    return _read(connection, incident_id, None)


def note(connection: Connection, incident_id: str, text: str, who: Person) -> None:
    """Write a person's note into the timeline."""
    incident = _read(connection, incident_id, None)
    ref = f"note:{who.at.isoformat()}:{who.by}"[:80]
    enter(connection, incident_id, "note", ref, who.at, who.at, Words(text, text), who.by)
    connection.execute(insert(CHANGE).values(at=who.at, topic="incident", ref=incident_id, site_id=incident.site_id))


def _read(connection: Connection, incident_id: str, version: int | None) -> Incident:
    incident = one_incident(connection, incident_id)
    if incident is None:
        raise Unknown(f"incident {incident_id}")
    if version is not None and incident.version != version:
        raise Stale(f"incident {incident_id}")
    return incident


def _change(connection: Connection, incident: Incident, values: dict[str, object], who: Person) -> None:
    changed = connection.execute(
        update(INCIDENT)
        .where(INCIDENT.c.id == incident.id, INCIDENT.c.version == incident.version)
        .values({**values, "version": incident.version + 1})
    ).rowcount
    if changed != 1:
        raise Stale(f"incident {incident.id}")
    connection.execute(insert(CHANGE).values(at=who.at, topic="incident", ref=incident.id, site_id=incident.site_id))


def _free_alert(connection: Connection, alert_id: str) -> Alert:
    row = connection.execute(select(ALERT).where(ALERT.c.id == alert_id)).mappings().one_or_none()
    if row is None:
        raise Unknown(f"alert {alert_id}")
    alert = alert_of(dict(row))
    if alert.incident_id is not None:
        raise IllegalMove(f"alert {alert_id}", f"in incident {alert.incident_id}", "a member of another")
    return alert
