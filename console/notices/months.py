"""Months by China's clock, as `2026-11`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from analytics.lifecycle import Unfit
from console.notices.kinds import SHANGHAI

_SHAPE: Final = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """One month of one year."""

    year: int
    number: int

    @property
    def name(self) -> str:
        """`2026-11`."""
        return f"{self.year}-{self.number:02d}"

    @property
    def start(self) -> datetime:
        """Its first moment."""
        return datetime(self.year, self.number, 1, tzinfo=SHANGHAI).astimezone(UTC)

    @property
    def end(self) -> datetime:
        """The first moment after it."""
        return self.plus(1).start

    def plus(self, months: int) -> Month:
        """The month so many later, or earlier."""
        years, number = divmod(self.year * 12 + self.number - 1 + months, 12)
        return Month(years, number + 1)

    def last(self, count: int) -> tuple[Month, ...]:
        """So many months that end with this one."""
        return tuple(self.plus(back) for back in range(1 - count, 1))


def month_of(name: str) -> Month:
    """The month of a name. ValueError for what is none."""
    found = _SHAPE.fullmatch(name)
    if not found:
        raise Unfit("请按年-月填写月份，例如 2026-11", f"a month is written like 2026-11, not {name!r}")
    return Month(int(found[1]), int(found[2]))


def month_at(at: datetime) -> Month:
    """The month of a moment."""
    here = at.astimezone(SHANGHAI)
    return Month(here.year, here.month)
