"""The response on an incident's page: its level, who was called and who comes, and what may be decided."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row

from analytics.correlation.incident import AT_REST
from console.accounts.viewer import Viewer
from console.incidents.panel import Panel
from console.response.level_queries import response_of
from console.web.desk import Desk


def level_panel(connection: Connection, here: Desk, who: Viewer, incident: Row[Any]) -> Sequence[Panel]:
    """The panel of the response, for those who may read it; none while nothing was decided and nothing can be."""
    if not who.may("response.read"):
        return ()
    told = response_of(connection, who, here.data.root, here.data.keys, incident.id)
    decides = who.may("response.decide")
    if told.standing.state == "none" and (incident.state in AT_REST or not decides) and not told.checklist:
        return ()
    startable = [level for level in told.levels.levels if level.startable_by(who.roles)]
    level = told.standing.level
    mine = level is None or told.levels.named(level).startable_by(who.roles)
    values = {
        "mine": mine,
        "told": told,
        "decides": decides,
        "startable": startable,
        "resting": incident.state in AT_REST,
    }
    return [Panel("response/level_panel.html", values)]
