"""What other features put onto an incident's page, each a panel with a template of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row

from console.accounts.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Panel:
    """A template, such as "response/panel.html", and its values, which it finds as `panel.values`.

    `leads`: its box is the incident's next step and stands above everything else.
    """

    template: str
    values: Mapping[str, Any] = field(default_factory=dict)
    leads: bool = False


# One function a feature; None when it has nothing to show for this incident or this viewer.
PANELS: Final[Sequence[Callable[[Connection, Viewer, Row[Any], datetime], Panel | None]]] = ()


def panels(connection: Connection, who: Viewer, incident: Row[Any], now: datetime) -> list[Panel]:
    """The panels of an incident's page."""
    return [panel for ask in PANELS if (panel := ask(connection, who, incident, now)) is not None]
