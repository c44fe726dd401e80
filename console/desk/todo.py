"""What waits for this viewer in the other features, as lines of the workbench."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from console.accounts.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Todo:
    """One thing that waits for the viewer: a sentence in both languages, where it is done, until when."""

    zh: str
    en: str
    href: str
    due: datetime | None = None
    level: str | int | None = None


# One function a feature, asked in this order.
TODO: Final[Sequence[Callable[[Connection, Viewer, datetime], Sequence[Todo]]]] = ()


def todo(connection: Connection, who: Viewer, now: datetime) -> list[Todo]:
    """Everything that waits for the viewer, what ends first in front."""
    found = [one for ask in TODO for one in ask(connection, who, now)]
    return sorted(found, key=lambda one: (one.due is None, one.due or now))
