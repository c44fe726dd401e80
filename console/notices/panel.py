"""The notices about an incident, on the incident's page."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from console.accounts.viewer import Viewer
from console.incidents.panel import Panel
from console.notices import words
from console.notices.queries import of_incident


def panel(connection: Connection, who: Viewer, incident: Row[Any], now: datetime) -> Panel | None:
    """Its notices, and the button that drafts another; None for whoever may not read notices."""
    if not who.may("notices.read"):
        return None
    rows = of_incident(connection, who, incident.id)
    may_draft = who.may("notices.draft") and incident.unit_id is not None
    if not rows and not may_draft:
        return None
    values = {"rows": rows, "may_draft": may_draft, "incident": incident.id, "w": words}
    return Panel("notices/panel.html", values)
