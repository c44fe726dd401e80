"""The report to the province on its incident's page: how far it is, who must still speak, how to begin one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from console.accounts.viewer import Viewer
from console.incidents.panel import Panel
from console.province.queries import releases, reports
from console.province.report_form import kinds


def panel(connection: Connection, who: Viewer, incident: Row[Any], _now: datetime) -> Panel | None:
    """The panel; None for whoever may not read reports."""
    if not who.may("province.read"):
        return None
    rows = reports(connection, who, incident.id)
    first = next((row for row in rows if row.kind == "first" and row.state != "withdrawn"), None)
    values = {
        "incident": incident.id,
        "reports": [(row, [one.by for one in releases(connection, row)]) for row in rows],
        "kinds": kinds(),
        # A follow-up follows a first report, a final one follows the end.
        "offered": ["first"] if first is None else ["follow_up", "final"],
    }
    return Panel("province/panel.html", values)
