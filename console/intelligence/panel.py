"""On an incident's page: passing on what it taught, and what was passed on."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from console.accounts.viewer import Viewer
from console.incidents.panel import Panel
from console.intelligence.sharing import STATE_WORDS, states_of


def share_panel(connection: Connection, who: Viewer, incident: Row[Any], _now: datetime) -> Panel | None:
    """The way to share an incident, and how its newest share stands; nothing for who may neither see nor do it."""
    if not who.may("intelligence.read"):
        return None
    state = states_of(connection, who, [incident.id]).get(incident.id)
    may = who.may("intelligence.manage")
    if state is None and not may:
        return None
    values = {"incident": incident.id, "state": STATE_WORDS[state] if state else None, "may": may}
    return Panel("intelligence/panel.html", values)
