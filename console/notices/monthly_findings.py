"""What a month did to the findings, told from their moves: each finding counted once, whatever it went through.

    stock at the end = stock before + new + returned − closed − found false

`closed` takes what stood at the start, came, or returned, and is closed at the end; a finding that was closed and came
back within the month is none of the three.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from analytics.findings.finding import GONE
from console.notices.months import Month


@dataclass(frozen=True, slots=True)
class Life:
    """A finding, and every state it was given, in order."""

    id: str
    check_id: str
    severity: str
    unit_id: str | None
    county: str | None
    site_id: str
    first_seen: datetime
    state: str
    moves: tuple[tuple[datetime, str, str], ...]

    def state_at(self, moment: datetime) -> str | None:
        """Its state just before a moment; None when it was not seen yet."""
        if self.first_seen >= moment:
            return None
        state = self.moves[0][1] if self.moves else self.state
        for at, _, to in self.moves:
            if at >= moment:
                break
            state = to
        return state

    def returned_in(self, month: Month) -> bool:
        """Whether it came back within the month after it had gone."""
        return any(month.start <= at < month.end and was in GONE and to not in GONE for at, was, to in self.moves)


@dataclass(frozen=True, slots=True)
class MonthOfFindings:
    """The findings of a month, by what became of them."""

    before: tuple[Life, ...]
    new: tuple[Life, ...]
    returned: tuple[Life, ...]
    closed: tuple[Life, ...]
    false: tuple[Life, ...]
    stock: tuple[Life, ...]


def month_of_findings(lives: Iterable[Life], month: Month) -> MonthOfFindings:
    """Sort every finding into what the month did to it."""
    sets: dict[str, list[Life]] = {name: [] for name in MonthOfFindings.__dataclass_fields__}
    for life in lives:
        was, now = life.state_at(month.start), life.state_at(month.end)
        if now is None:
            continue
        stood = was is not None and was not in GONE
        is_new = was is None and now != "false_positive"
        returned = was in GONE and now != "false_positive" and life.returned_in(month)
        places = {
            "before": stood,
            "new": is_new,
            "returned": returned,
            "closed": (stood or is_new or returned) and now == "closed",
            "false": stood and now == "false_positive",
            "stock": now not in GONE,
        }
        for name, holds in places.items():
            if holds:
                sets[name].append(life)
    return MonthOfFindings(**{name: tuple(lives) for name, lives in sets.items()})
