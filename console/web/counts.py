"""The live numbers of the rail: what is open, inside the viewer's scope."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, Table, func, select

from analytics.correlation.incident import AT_REST
from analytics.db import ALERT, FINDING, INCIDENT, SENSOR
from analytics.findings.finding import GONE
from console.accounts.viewer import Viewer
from console.notices.queries import is_open as is_open_notice
from console.notices.queries import visible as visible_notices
from console.notices.tables import NOTICE
from console.province.waiting import waiting
from console.response.tables import RUN
from console.web.scope import in_scope

# A finding that somebody accepted needs nobody either, until the acceptance ends.
FINDING_AT_REST: Final = tuple(sorted(GONE | {"accepted"}))
# A sensor that says nothing for so long is shown as silent.
SILENT_AFTER: Final = timedelta(minutes=10)


def open_alerts() -> ColumnElement[bool]:
    """Alerts that wait for a verdict."""
    return ALERT.c.status == "new"


def open_incidents() -> ColumnElement[bool]:
    return INCIDENT.c.state.not_in(sorted(AT_REST))


def open_findings() -> ColumnElement[bool]:
    return FINDING.c.state.not_in(FINDING_AT_REST)


def live_counts(connection: Connection, who: Viewer) -> dict[str, int]:
    """How many alerts, incidents, findings and so on are open; only what the viewer may read."""
    counted: dict[str, int] = {}
    for name, table, is_open in (
        ("alerts", ALERT, open_alerts()),
        ("incidents", INCIDENT, open_incidents()),
        ("findings", FINDING, open_findings()),
    ):
        if who.may(f"{name}.read"):
            counted[name] = count(connection, table, is_open, who)
    if who.may("province.read"):
        counted["province"] = waiting(connection, who)
    if who.may("response.read"):
        counted["runs"] = count(connection, RUN, RUN.c.state.in_(["running"]) & RUN.c.parent_id.is_(None), who)
    if who.may("notices.read"):
        mine = select(func.count()).select_from(NOTICE).where(is_open_notice(), visible_notices(who))
        counted["notices"] = int(connection.execute(mine).scalar_one())
    return counted


def count(connection: Connection, table: Table, which: ColumnElement[bool], who: Viewer) -> int:
    """How many rows of a table, inside the viewer's scope."""
    statement: Select[Any] = select(func.count()).select_from(table).where(which)
    return int(connection.execute(in_scope(statement, table, who)).scalar_one())


def sensor_count(connection: Connection, now: datetime) -> tuple[int, int]:
    """How many sensors were heard lately, of how many there are."""
    seen = connection.execute(select(SENSOR.c.last_seen)).scalars().all()
    return sum(1 for at in seen if at is not None and now - at <= SILENT_AFTER), len(seen)
