"""What other features put onto an incident's page, each a panel with a template of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row

from console.accounts.viewer import Viewer
from console.incidents.panel import Panel
from console.intelligence.panel import share_panel
from console.notices.panel import panel as notices_panel
from console.province.panel import panel as province_panel
from console.response.panel import run_panel

__all__ = ["PANELS", "Panel", "panels"]

# One function a feature; None when it has nothing to show for this incident or this viewer.
PANELS: Final[Sequence[Callable[[Connection, Viewer, Row[Any], datetime], Panel | None]]] = (
    run_panel,
    province_panel,
    notices_panel,
    share_panel,
)


def panels(connection: Connection, who: Viewer, incident: Row[Any], now: datetime) -> list[Panel]:
    """The panels of an incident's page."""
    return [panel for ask in PANELS if (panel := ask(connection, who, incident, now)) is not None]
