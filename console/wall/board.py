"""The screen's views as markup, made once for all who look at the same: the page and the live channel share it."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Engine, func, select

from analytics.db import CHANGE
from analytics.posture.tables import POSTURE_MARK
from console.accounts.viewer import Viewer
from console.wall.numbers import Reach
from console.wall.snapshot import Snapshot, take
from console.web.render import words_of

TEMPLATE: Final = "wall/parts.html"
# The parts of the canvas, each sent anew only when it changed.
PARTS: Final = ("top", "overall", "assets", "weaknesses", "map", "attacks", "sources", "incidents", "notices", "ticker")
LISTS: Final = ("alerts.read", "incidents.read", "findings.read", "sites.read", "notices.read")


@dataclass(frozen=True, slots=True)
class Look:
    """Who looks, as far as it changes what is shown."""

    language: str
    reach: Reach
    # which lists the figures may lead to
    opens: frozenset[str]


@dataclass(frozen=True, slots=True)
class Shown:
    """The parts as markup, each with its digest."""

    taken: Snapshot
    parts: Mapping[str, str]
    digests: Mapping[str, str]

    def since(self, digests: Mapping[str, str]) -> Mapping[str, str]:
        """The parts that differ from those a page has."""
        return {name: text for name, text in self.parts.items() if digests.get(name) != self.digests[name]}


@dataclass(slots=True)
class Board:
    """Keeps the newest snapshot of each look, and makes another when the numbers may have changed."""

    # from the values of a snapshot to the markup of each part
    markup: Callable[[Mapping[str, Any]], Mapping[str, str]]
    # seconds: a snapshot is not older than `every`, and after a change not older than `least`
    every: float
    least: float
    _kept: dict[Look, tuple[int, datetime, Shown]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def show(self, reads: Engine, look: Look, now: datetime) -> Shown:
        """The newest snapshot of this look."""
        with self._lock:
            kept = self._kept.get(look)
            version = _version(reads)
            if kept is not None:
                age = (now - kept[1]).total_seconds()
                if 0 <= age < (self.every if kept[0] == version else self.least):
                    return kept[2]
            with reads.begin() as connection:
                shown = self.draw(take(connection, look.reach, now), look)
            if len(self._kept) > 64:
                self._kept.clear()
            self._kept[look] = version, now, shown
            return shown

    def draw(self, taken: Snapshot, look: Look) -> Shown:
        """A snapshot as markup."""
        values: dict[str, Any] = {
            **words_of(look.language, taken.now),
            "taken": taken,
            "may": lambda permission: permission in look.opens,
        }
        parts = self.markup(values)
        digests = {name: hashlib.sha256(text.encode()).hexdigest()[:16] for name, text in parts.items()}
        return Shown(taken, parts, digests)


def look_of(who: Viewer, masked: bool) -> Look:
    """How this viewer looks at the screen."""
    opens = frozenset(permission for permission in LISTS if who.may(permission))
    return Look(who.language, Reach(who.counties, who.units, masked), opens)


def _version(reads: Engine) -> int:
    """A number that changes when anything on the screen may have: the last change, and the last count."""
    with reads.begin() as connection:
        newest = connection.execute(select(func.max(CHANGE.c.id))).scalar() or 0
        counted = connection.execute(select(func.max(POSTURE_MARK.c.at))).scalar()
    return hash((newest, counted))
