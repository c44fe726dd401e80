"""A line of the workbench that says what waits; features make them, `todo` gathers them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Todo:
    """One thing that waits for the viewer: a sentence in both languages, where it is done, until when."""

    zh: str
    en: str
    href: str
    due: datetime | None = None
    level: str | int | None = None
