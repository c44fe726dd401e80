"""An incident 事件: its value, its life as a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any, Final

MOVES: Final[dict[str, frozenset[str]]] = {
    "open": frozenset({"confirmed", "closed", "merged"}),
    "confirmed": frozenset({"handling", "open", "closed", "merged"}),
    "handling": frozenset({"confirmed", "closed", "merged"}),
    "closed": frozenset({"open"}),
    "merged": frozenset(),
}
# Nothing joins an incident at rest.
AT_REST: Final = frozenset({"closed", "merged"})
# Numbers start again with the year in Kangding; the whole country keeps Beijing time, without summer time.
CHINA: Final = timezone(timedelta(hours=8), "UTC+8")


@dataclass(frozen=True, slots=True)
class Incident:
    """One case; `version` counts people's changes, not what joins by itself."""

    id: str
    title: str
    title_en: str
    site_id: str | None
    state: str
    class_code: str | None
    level_proposed: int | None
    level_confirmed: int | None
    grading: Mapping[str, Any]
    entities: tuple[str, ...]
    stages: tuple[str, ...]
    occurred_at: datetime
    detected_at: datetime
    last_seen: datetime
    confirmed_at: datetime | None
    closed_at: datetime | None
    version: int


def incident_of(row: Mapping[str, Any]) -> Incident:
    """The incident of a row of the table."""
    return Incident(
        id=row["id"],
        title=row["title"],
        title_en=row["title_en"],
        site_id=row["site_id"],
        state=row["state"],
        class_code=row["class_code"],
        level_proposed=row["level_proposed"],
        level_confirmed=row["level_confirmed"],
        grading=row["grading"],
        entities=tuple(row["entities"]),
        stages=tuple(row["stages"]),
        occurred_at=row["occurred_at"],
        detected_at=row["detected_at"],
        last_seen=row["last_seen"],
        confirmed_at=row["confirmed_at"],
        closed_at=row["closed_at"],
        version=row["version"],
    )


def next_id(taken: list[str], at: datetime) -> str:
    """The next number of the year, `2026-0147`; `taken` are that year's ids."""
    year = year_of(at)
    newest = max((int(identity.partition("-")[2]) for identity in taken if identity.startswith(f"{year}-")), default=0)
    return f"{year}-{newest + 1:04d}"


def year_of(at: datetime) -> int:
    """The year in Kangding."""
    return at.astimezone(CHINA).year


def clock_text(at: datetime) -> str:
    """`11-24 02:36:05`, as people in Kangding read it."""
    return at.astimezone(CHINA).strftime("%m-%d %H:%M:%S")
