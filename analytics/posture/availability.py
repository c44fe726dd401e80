"""How often a home page could be opened, as government websites are checked (国办秘函〔2019〕19号)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

# A week, at least so many visits each day; from this share of failures on the site counts as closed.
DAYS: Final = 7
VISITS_A_DAY: Final = 20
TOO_MANY: Final = 0.05


@dataclass(frozen=True, slots=True)
class Availability:
    """Visits of some days, and those that failed or took longer than allowed."""

    visits: int = 0
    failed: int = 0
    full_days: int = 0

    @property
    def share(self) -> float | None:
        """The share of visits that opened the page; None without any."""
        return 1 - self.failed / self.visits if self.visits else None

    @property
    def settled(self) -> bool:
        """Whether there were enough visits on every day of the week for a verdict."""
        return self.full_days >= DAYS

    @property
    def vetoed(self) -> bool:
        """Whether so many visits failed that the site counts as one that cannot be opened."""
        return bool(self.visits) and self.failed / self.visits >= TOO_MANY


def availability(days: Iterable[tuple[int, int]]) -> Availability:
    """Visits and failures of each day, summed."""
    rows = list(days)
    return Availability(
        visits=sum(visits for visits, _ in rows),
        failed=sum(failed for _, failed in rows),
        full_days=sum(visits >= VISITS_A_DAY for visits, _ in rows),
    )
