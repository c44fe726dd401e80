"""What the workbench shows: everything that needs this viewer now, the most urgent first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, Table, func, select

from analytics.db import ALERT, FINDING, INCIDENT, QUARANTINE, SENSOR, SITE
from console.accounts.viewer import Viewer
from console.desk.todo import Todo, todo
from console.web.clocks import Clock, running_clocks
from console.web.counts import SILENT_AFTER, count, open_alerts, open_incidents
from console.web.scope import in_scope

SHOWN: Final = 8
URGENT: Final = ("critical", "high")
# A new finding that nobody looked at for so long is overdue.
FINDING_OVERDUE: Final = timedelta(days=3)
DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Listed:
    """The first rows of a list and how many it has in all."""

    rows: Sequence[Row[Any]]
    total: int


@dataclass(frozen=True, slots=True)
class Work:
    """The workbench of one viewer. A part that the viewer may not read is None."""

    clocks: Sequence[Clock]
    alerts: Listed | None
    waiting: int | None
    to_confirm: Listed | None
    open_incidents: int | None
    overdue: Listed | None
    silent: Sequence[Row[Any]] | None
    sensors: int | None
    quarantined: int | None
    todo: Sequence[Todo] = ()

    @property
    def calm(self) -> bool:
        """Whether nothing needs anybody now."""
        listed = (self.alerts, self.to_confirm, self.overdue)
        return not (
            self.clocks or self.todo or self.silent or self.quarantined or any(part and part.total for part in listed)
        )


def workbench(connection: Connection, who: Viewer, now: datetime) -> Work:
    """Everything that needs this viewer now."""
    alerts, incidents, findings = (who.may(f"{name}.read") for name in ("alerts", "incidents", "findings"))
    health = who.may("health.read")
    by_level = _waiting(connection, who) if alerts else {}
    return Work(
        clocks=running_clocks(connection, who, now)[:SHOWN],
        alerts=_urgent_alerts(connection, who, by_level) if alerts else None,
        waiting=sum(by_level.values()) if alerts else None,
        to_confirm=_to_confirm(connection, who) if incidents else None,
        open_incidents=count(connection, INCIDENT, open_incidents(), who) if incidents else None,
        overdue=_overdue(connection, who, now) if findings else None,
        silent=_silent(connection, now) if health else None,
        sensors=len(connection.execute(select(SENSOR.c.name)).all()) if health else None,
        quarantined=_quarantined(connection, now) if health else None,
        todo=todo(connection, who, now),
    )


def document(work: Work) -> dict[str, Any]:
    """The workbench as JSON values: numbers, clocks, and the ids of what is listed."""
    return {
        "clocks": [
            {
                "id": clock.id,
                "zh": clock.zh,
                "en": clock.en,
                "due": clock.due.isoformat(),
                "incident": clock.incident_id,
            }
            for clock in work.clocks
        ],
        "alerts_waiting": work.waiting,
        "alerts_urgent": _ids(work.alerts),
        "incidents_open": work.open_incidents,
        "incidents_to_confirm": _ids(work.to_confirm),
        "findings_overdue": _ids(work.overdue),
        "sensors_silent": None if work.silent is None else [row.name for row in work.silent],
        "sensors": work.sensors,
        "quarantined": work.quarantined,
        "todo": [
            {"zh": one.zh, "en": one.en, "href": one.href, "due": one.due.isoformat() if one.due else None}
            for one in work.todo
        ],
    }


def _ids(listed: Listed | None) -> dict[str, Any] | None:
    return None if listed is None else {"total": listed.total, "first": [row.id for row in listed.rows]}


def _listed(connection: Connection, who: Viewer, table: Table, which: Any, *order: Any) -> Listed:
    return Listed(_first(connection, who, table, which, *order), count(connection, table, which, who))


def _first(connection: Connection, who: Viewer, table: Table, which: Any, *order: Any) -> Sequence[Row[Any]]:
    statement = (
        in_scope(select(table, SITE.c.name.label("site_name")), table, who)
        .outerjoin(SITE, SITE.c.id == table.c.site_id)
        .where(which)
        .order_by(*order)
        .limit(SHOWN)
    )
    return connection.execute(statement).all()


def _urgent_alerts(connection: Connection, who: Viewer, by_level: Mapping[str, int]) -> Listed:
    rows: list[Row[Any]] = []
    # A level at a time, newest first: the index gives them in this order, whatever waits behind.
    for level in URGENT:
        if by_level.get(level) and len(rows) < SHOWN:
            which = open_alerts() & (ALERT.c.level == level)
            rows += _first(connection, who, ALERT, which, ALERT.c.last_seen.desc())
    return Listed(rows[:SHOWN], sum(by_level.get(level, 0) for level in URGENT))


def _waiting(connection: Connection, who: Viewer) -> dict[str, int]:
    """How many alerts of each level wait for a verdict."""
    counted = select(ALERT.c.level, func.count()).where(open_alerts()).group_by(ALERT.c.level)
    return {level: int(number) for level, number in connection.execute(in_scope(counted, ALERT, who))}


def _to_confirm(connection: Connection, who: Viewer) -> Listed:
    which = open_incidents() & INCIDENT.c.level_confirmed.is_(None) & INCIDENT.c.level_proposed.is_not(None)
    return _listed(connection, who, INCIDENT, which, INCIDENT.c.level_proposed, INCIDENT.c.detected_at)


def _overdue(connection: Connection, who: Viewer, now: datetime) -> Listed:
    which = (FINDING.c.state == "new") & (FINDING.c.first_seen <= now - FINDING_OVERDUE)
    return _listed(connection, who, FINDING, which, FINDING.c.first_seen)


def _silent(connection: Connection, now: datetime) -> Sequence[Row[Any]]:
    quiet = SENSOR.c.last_seen.is_(None) | (SENSOR.c.last_seen < now - SILENT_AFTER)
    return connection.execute(select(SENSOR).where(quiet).order_by(SENSOR.c.name)).all()


def _quarantined(connection: Connection, now: datetime) -> int:
    return len(connection.execute(select(QUARANTINE.c.id).where(QUARANTINE.c.at > now - DAY)).all())
