"""Working days and office hours in China: weekends, public holidays, and the weekend days worked in exchange."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from console.calendar.holiday_file import HOURS_NAME, NAME, BadCalendar, HolidayYear, read_hours, read_year

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
FOLDER: Final = "calendar"
# Further than this no deadline reaches; it bounds the loops.
_MOST_DAYS: Final = 3660


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which days are worked and when. A year without a file has weekends only, and `unknown_years` says so."""

    years: tuple[HolidayYear, ...]
    hours: tuple[tuple[time, time], ...]
    # Files of the office that cannot be used, a sentence each.
    refused: tuple[str, ...] = ()
    _off: frozenset[date] = field(default=frozenset(), repr=False)
    _worked: frozenset[date] = field(default=frozenset(), repr=False)

    def is_working_day(self, day: date) -> bool:
        """Whether the office works on a day."""
        return day in self._worked or (day.weekday() < 5 and day not in self._off)

    def unknown_years(self, start: datetime, end: datetime) -> tuple[int, ...]:
        """The years between two moments that have no holiday file: their holidays count as working days."""
        known = {one.year for one in self.years}
        first, last = start.astimezone(SHANGHAI).year, end.astimezone(SHANGHAI).year
        return tuple(year for year in range(first, last + 1) if year not in known)

    def add_working_days(self, at: datetime, days: int) -> datetime:
        """The end of office hours on the so-many-th working day after the day of `at`, which itself does not count.

        民法典 第二百零一条、第二百零三条: the first day is not counted, and the last one ends with the office hours.
        With 0 it is the end of the day itself, or of the next working day.
        """
        if not 0 <= days <= _MOST_DAYS // 2:
            raise ValueError(f"{days} working days cannot be counted; 0 to {_MOST_DAYS // 2}")
        day = _local(at).date()
        while not self.is_working_day(day) and days == 0:
            day += timedelta(days=1)
        while days:
            day += timedelta(days=1)
            days -= self.is_working_day(day)
        return _moment(day, self.hours[-1][1])

    def add_days(self, at: datetime, days: int) -> datetime:
        """The end of office hours on the so-many-th day after the day of `at`, or on the next working day after it.

        民法典 第二百零一条、第二百零三条: days off in between count, and a last one that is off moves on.
        """
        if not 0 <= days <= _MOST_DAYS:
            raise ValueError(f"{days} days cannot be counted; 0 to {_MOST_DAYS}")
        return self.add_working_days(_moment(_local(at).date() + timedelta(days=days), time()), 0)

    def add_working_hours(self, at: datetime, hours: float) -> datetime:
        """The moment when so many office hours have passed since `at`."""
        left = timedelta(hours=hours)
        if not timedelta(0) <= left <= timedelta(hours=_MOST_DAYS):
            raise ValueError(f"{hours} working hours cannot be counted; 0 to {_MOST_DAYS}")
        if not left:
            return at.astimezone(UTC)
        day = _local(at).date()
        while True:
            for start, end in self._spans(day):
                begin = max(start, at)
                if begin >= end:
                    continue
                if left <= end - begin:
                    return (begin + left).astimezone(UTC)
                left -= end - begin
            day += timedelta(days=1)

    def _spans(self, day: date) -> list[tuple[datetime, datetime]]:
        if not self.is_working_day(day):
            return []
        return [(_moment(day, start), _moment(day, end)) for start, end in self.hours]


def calendar_of(
    years: list[HolidayYear], hours: tuple[tuple[time, time], ...], refused: tuple[str, ...] = ()
) -> Calendar:
    """A calendar of these years and hours."""
    worked = frozenset(day for year in years for day in year.worked)
    off = frozenset(day for year in years for day in year.off)
    ordered = tuple(sorted(years, key=lambda one: one.year))
    return Calendar(ordered, hours, refused, off, worked)


def load_calendar(data_folder: Path | None = None) -> Calendar:
    """The calendar that is shipped, with the office's own years and hours of DATA/calendar/ in place of ours.

    A file there that cannot be used is left out, and `refused` says why.
    """
    own = data_folder / FOLDER if data_folder else None
    state = _state(own) if own else ()
    return _loaded(own, state)


def _state(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """What tells one state of a folder from another: names, times, sizes."""
    found = []
    for path in sorted(folder.glob("*.yml")) if folder.is_dir() else ():
        stat = path.stat()
        found.append((path.name, stat.st_mtime_ns, stat.st_size))
    return tuple(found)


@lru_cache(maxsize=8)
def _loaded(own: Path | None, state: tuple[tuple[str, int, int], ...]) -> Calendar:
    shipped = files("playbooks") / FOLDER
    hours = read_hours((shipped / HOURS_NAME).read_bytes())
    years = {
        year.year: year
        for entry in shipped.iterdir()
        if NAME.fullmatch(entry.name)
        for year in [read_year(entry.read_bytes(), entry.name)]
    }
    refused = []
    for name, _changed, _size in state:
        assert own is not None
        try:
            content = (own / name).read_bytes()
            if name == HOURS_NAME:
                hours = read_hours(content)
            else:
                year = read_year(content, name)
                years[year.year] = year
        except (BadCalendar, OSError) as error:
            refused.append(str(error))
    return calendar_of(list(years.values()), hours, tuple(refused))


def _local(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError(f"{at!r} has no time zone")
    return at.astimezone(SHANGHAI)


def _moment(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, SHANGHAI).astimezone(UTC)
