"""Working days and office hours of 2026, with its holidays."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from console.calendar.working_time import load_calendar

SHANGHAI = ZoneInfo("Asia/Shanghai")
OURS = load_calendar()


def here(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def said(moment: datetime) -> str:
    assert moment.tzinfo is UTC
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        ("2026-11-23", True),
        ("2026-11-22", False),
        ("2026-01-04", True),  # a Sunday, worked for the new year
        ("2026-02-14", True),  # a Saturday, worked for the spring festival
        ("2026-02-16", False),
        ("2026-09-20", True),
        ("2026-10-10", True),
        ("2026-10-07", False),
    ],
)
def test_which_days_are_worked(day: str, worked: bool) -> None:
    assert OURS.is_working_day(date.fromisoformat(day)) == worked


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2026-11-23 10:00", 1, "2026-11-24 18:00"),
        ("2026-11-27 17:59", 1, "2026-11-30 18:00"),  # over a weekend
        ("2026-11-28 09:00", 1, "2026-11-30 18:00"),  # from a Saturday
        ("2026-09-30 10:00", 3, "2026-10-10 18:00"),  # over the national holidays, onto a worked Saturday
        ("2026-02-13 10:00", 2, "2026-02-24 18:00"),  # a worked Saturday counts
        ("2026-12-31 10:00", 1, "2027-01-01 18:00"),  # nothing is known of 2027
        ("2026-11-28 09:00", 0, "2026-11-30 18:00"),
        ("2026-11-23 20:00", 0, "2026-11-23 18:00"),
    ],
)
def test_working_days_end_with_the_office_hours(start: str, days: int, end: str) -> None:
    assert said(OURS.add_working_days(here(start), days)) == end


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-11-23 09:30", 1, "2026-11-23 10:30"),
        ("2026-11-23 11:00", 4, "2026-11-23 17:30"),  # over lunch
        ("2026-11-27 17:00", 4, "2026-11-30 12:00"),  # over a weekend
        ("2026-11-27 23:00", 0.5, "2026-11-30 09:30"),
        ("2026-09-30 17:00", 2, "2026-10-08 10:00"),
        ("2026-02-13 18:00", 1, "2026-02-14 10:00"),  # a Saturday worked in exchange
        ("2026-11-28 03:00", 0, "2026-11-28 03:00"),
    ],
)
def test_working_hours_pass_only_in_office_hours(start: str, hours: float, end: str) -> None:
    assert said(OURS.add_working_hours(here(start), hours)) == end


def test_a_year_without_a_file_says_so() -> None:
    assert OURS.unknown_years(here("2026-12-31 10:00"), here("2027-01-05 10:00")) == (2027,)
    assert OURS.unknown_years(here("2026-11-01 10:00"), here("2026-12-31 23:59")) == ()


def test_days_count_days_off_and_a_last_one_that_is_off_moves_on() -> None:
    assert said(OURS.add_days(here("2026-11-27 08:59"), 3)) == "2026-11-30 18:00"
    assert said(OURS.add_days(here("2026-11-26 08:59"), 2)) == "2026-11-30 18:00"
    assert said(OURS.add_days(here("2026-09-29 23:30"), 3)) == "2026-10-08 18:00"
    with pytest.raises(ValueError, match="days cannot be counted"):
        OURS.add_days(here("2026-11-27 08:59"), -1)


def test_what_cannot_be_counted_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot be counted"):
        OURS.add_working_days(here("2026-11-23 10:00"), -1)
    with pytest.raises(ValueError, match="cannot be counted"):
        OURS.add_working_hours(here("2026-11-23 10:00"), -1)
    with pytest.raises(ValueError, match="no time zone"):
        OURS.add_working_days(datetime.fromisoformat("2026-11-23"), 1)


def test_an_office_adds_a_year_and_its_own_hours(tmp_path: Path) -> None:
    folder = tmp_path / "calendar"
    folder.mkdir()
    text = "year: 2027\nsource: 通知\nconfidence: C\nholidays:\n  - {name: 元旦, from: 2027-01-01, to: 2027-01-03}\n"
    (folder / "cn-2027.yml").write_text(text)
    (folder / "office-hours.yml").write_text('hours: [{from: "08:30", to: "17:30"}]')
    calendar = load_calendar(tmp_path)

    assert said(calendar.add_working_days(here("2026-12-31 10:00"), 1)) == "2027-01-04 17:30"
    assert calendar.unknown_years(here("2026-12-31 10:00"), here("2027-01-05 10:00")) == ()


def test_a_file_that_cannot_be_used_is_left_out_and_named(tmp_path: Path) -> None:
    folder = tmp_path / "calendar"
    folder.mkdir()
    (folder / "cn-2026.yml").write_text("year: 2025\n")
    calendar = load_calendar(tmp_path)

    assert "its name says 2026" in calendar.refused[0]
    assert calendar.years == OURS.years
