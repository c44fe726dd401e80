"""A year's public holidays and shifted working days as a file says them; a wrong file is refused in one sentence."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any, Final

from console.office.bounded_yaml import read_yaml

NAME: Final = re.compile(r"(?P<region>[a-z]{2,8})-(?P<year>20\d\d)\.yml")
HOURS_NAME: Final = "office-hours.yml"
LONGEST: Final = 15
# A notice for a year may begin its first holiday in the last days of the year before.
MARGIN: Final = timedelta(days=7)
CONFIDENCES: Final = ("C", "C-", "D", "G", "A")


class BadCalendar(ValueError):
    """The file cannot be used; the sentence says what, where, and what to do."""


@dataclass(frozen=True, slots=True)
class Holiday:
    """One holiday, both days included, and the weekend days worked in exchange."""

    name: str
    first: date
    last: date
    worked: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class HolidayYear:
    """The holidays of one year, with where they come from."""

    year: int
    source: str
    confidence: str
    holidays: tuple[Holiday, ...]

    @property
    def off(self) -> frozenset[date]:
        """The days that are free."""
        return frozenset(day for one in self.holidays for day in _days(one.first, one.last))

    @property
    def worked(self) -> frozenset[date]:
        """The weekend days that are worked."""
        return frozenset(day for one in self.holidays for day in one.worked)


def read_year(content: bytes, name: str) -> HolidayYear:
    """The holidays of a file. BadCalendar for another year than its name's, for overlaps, for what is no such file."""
    named = NAME.fullmatch(name)
    if named is None:
        raise BadCalendar(f"{name}: a holiday file is named like cn-2026.yml")
    document = _mapping(_read(content, name), name)
    year = document.get("year")
    if year != int(named["year"]):
        raise BadCalendar(
            f"{name}: holds the year {year!r}, but its name says {named['year']}; use the right year's file"
        )
    entries = document.get("holidays")
    if not isinstance(entries, list) or not entries:
        raise BadCalendar(f"{name}: has no list `holidays`; write one entry a holiday")
    found = HolidayYear(
        year=year,
        source=_text(document.get("source"), name, "source"),
        confidence=_confidence(document, name),
        holidays=tuple(_holiday(entry, name) for entry in entries),
    )
    _check(found, name)
    return found


def read_hours(content: bytes, name: str = HOURS_NAME) -> tuple[tuple[time, time], ...]:
    """The office hours of a file, in order. BadCalendar when they overlap or are none."""
    entries = _mapping(_read(content, name), name).get("hours")
    if not isinstance(entries, list) or not entries:
        raise BadCalendar(f'{name}: has no list `hours`; write `- {{from: "09:00", to: "12:00"}}`')
    hours = []
    for entry in entries:
        span = _mapping(entry, name)
        hours.append((_time(span.get("from"), name), _time(span.get("to"), name)))
    ends = [moment for span in hours for moment in span]
    if any(later <= earlier for earlier, later in pairwise(ends)):
        raise BadCalendar(f"{name}: the office hours overlap or run backwards; write them in order")
    return tuple(hours)


def _check(found: HolidayYear, name: str) -> None:
    begin, end = date(found.year, 1, 1) - MARGIN, date(found.year, 12, 31)
    seen: dict[date, str] = {}
    for one in found.holidays:
        for day in (*_days(one.first, one.last), *one.worked):
            if not begin <= day <= end:
                raise BadCalendar(f"{name}: {one.name}: {day} is not in {found.year}; use the right year's file")
            if day in seen:
                raise BadCalendar(f"{name}: {day} stands in {seen[day]} and in {one.name}; each day may stand once")
            seen[day] = one.name
        for day in one.worked:
            if day.weekday() < 5:
                raise BadCalendar(f"{name}: {one.name}: {day} is no weekend day, so it cannot be worked in exchange")


def _holiday(entry: object, name: str) -> Holiday:
    said = _mapping(entry, name)
    title = _text(said.get("name"), name, "a holiday's name")
    first, last = _date(said.get("from"), name, title), _date(said.get("to"), name, title)
    if not timedelta(0) <= last - first < timedelta(days=LONGEST):
        raise BadCalendar(f"{name}: {title} runs from {first} to {last}; a holiday has 1 to {LONGEST} days")
    worked = said.get("work", [])
    if not isinstance(worked, list):
        raise BadCalendar(f"{name}: {title}: `work` must be a list of days")
    return Holiday(title, first, last, tuple(_date(day, name, title) for day in worked))


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def _read(content: bytes, name: str) -> Any:
    try:
        return read_yaml(content, name)
    except ValueError as error:
        raise BadCalendar(str(error)) from error


def _mapping(value: object, name: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise BadCalendar(f"{name}: expected names with values, found {type(value).__name__}")
    return value


def _text(value: object, name: str, what: str) -> str:
    if not isinstance(value, str) or not 1 <= len(value.strip()) <= 120:
        raise BadCalendar(f"{name}: {what} must be a text of 1 to 120 characters")
    return value.strip()


def _confidence(document: dict[str, Any], name: str) -> str:
    said = document.get("confidence")
    if said not in CONFIDENCES:
        raise BadCalendar(f"{name}: confidence must be one of {', '.join(CONFIDENCES)}")
    return str(said)


def _date(value: object, name: str, what: str) -> date:
    # A datetime is a date too, but no day.
    if not isinstance(value, date) or isinstance(value, datetime):
        raise BadCalendar(f"{name}: {what}: {value!r} is no day; write it as 2026-10-01")
    return value


def _time(value: object, name: str) -> time:
    try:
        return time.fromisoformat(str(value))
    except ValueError as error:
        raise BadCalendar(f'{name}: {value!r} is no time of day; write it as "09:00"') from error
