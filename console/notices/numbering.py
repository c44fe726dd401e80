"""Numbers of notices: given at issue, one after the other in each series and year, whoever issues at the same time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from console.notices.kinds import SHANGHAI, Kind, Rules
from console.notices.tables import NOTICE_NUMBER

_EXERCISE = "exercise/"


@dataclass(frozen=True, slots=True)
class Number:
    """A number and its place in the series."""

    text: str
    series: str
    year: int
    seq: int

    def values(self) -> dict[str, Any]:
        """The columns of the notice that hold it."""
        return {"number": self.text, "series": self.series, "year": self.year, "seq": self.seq}


def take(connection: Connection, kind: Kind, at: datetime, rules: Rules, *, exercise: bool) -> Number:
    """The next number of the kind's series, inside the transaction that issues. Rolled back, it is free again.

    The series' row stays locked until that transaction ends: nobody else gets a number meanwhile, so none is skipped.
    """
    year = at.astimezone(SHANGHAI).year
    series = f"{_EXERCISE if exercise else ''}{kind.series}"
    seq = _next(connection, series, year)
    total = kind.total_before + _all_years(connection, series)
    text = kind.number.replace("{year}", str(year)).replace("{n}", str(seq)).replace("{total}", str(total))
    return Number(rules.exercise_number.replace("{number}", text) if exercise else text, series, year, seq)


def _next(connection: Connection, series: str, year: int) -> int:
    mine = (NOTICE_NUMBER.c.series == series, NOTICE_NUMBER.c.year == year)
    step = update(NOTICE_NUMBER).where(*mine).values(last=NOTICE_NUMBER.c.last + 1)
    if connection.execute(step).rowcount != 1:
        try:
            with connection.begin_nested():
                connection.execute(insert(NOTICE_NUMBER).values(series=series, year=year, last=1))
        except IntegrityError:
            # Somebody began this year's series at the same moment and is done with it now.
            connection.execute(step)
    return int(connection.execute(select(NOTICE_NUMBER.c.last).where(*mine)).scalar_one())


def _all_years(connection: Connection, series: str) -> int:
    counted = select(func.sum(NOTICE_NUMBER.c.last)).where(NOTICE_NUMBER.c.series == series)
    return int(connection.execute(counted).scalar_one())
