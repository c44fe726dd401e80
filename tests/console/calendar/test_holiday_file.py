"""A year's holidays as a file."""

from __future__ import annotations

from datetime import date, time

import pytest

from console.calendar.holiday_file import BadCalendar, read_hours, read_year

HEAD = "year: 2027\nsource: 通知\nconfidence: G\nholidays:\n"


def test_a_file_gives_free_days_and_days_worked_in_exchange() -> None:
    text = HEAD + "  - {name: 元旦, from: 2027-01-01, to: 2027-01-03, work: [2027-01-09]}\n"
    found = read_year(text.encode(), "cn-2027.yml")

    assert found.off == {date(2027, 1, 1), date(2027, 1, 2), date(2027, 1, 3)}
    assert found.worked == {date(2027, 1, 9)}


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("cn-2028.yml", HEAD + "  - {name: 元旦, from: 2027-01-01, to: 2027-01-03}\n", "but its name says 2028"),
        ("cn-2027.yml", HEAD + "  - {name: 国庆节, from: 2026-10-01, to: 2026-10-07}\n", "2026-10-01 is not in 2027"),
        ("holidays.yml", HEAD, "named like cn-2026.yml"),
        ("cn-2027.yml", "year: 2027\nsource: x\nconfidence: G\n", "no list `holidays`"),
        ("cn-2027.yml", HEAD + "  - {name: a, from: 2027-05-03, to: 2027-05-01}\n", "runs from 2027-05-03"),
        ("cn-2027.yml", HEAD + "  - {name: a, from: 2027-05-01, to: 2027-06-01}\n", "1 to 15 days"),
        (
            "cn-2027.yml",
            HEAD + "  - {name: a, from: 2027-05-01, to: 2027-05-03}\n  - {name: b, from: 2027-05-03, to: 2027-05-04}\n",
            "2027-05-03 stands in a and in b",
        ),
        ("cn-2027.yml", HEAD + "  - {name: a, from: 2027-05-01, to: 2027-05-02, work: [2027-05-02]}\n", "stands in a"),
        ("cn-2027.yml", HEAD + "  - {name: a, from: 2027-05-01, to: 2027-05-02, work: [2027-05-04]}\n", "no weekend"),
        ("cn-2027.yml", HEAD + "  - {name: a, from: 五月一日, to: 2027-05-02}\n", "is no day"),
        ("cn-2027.yml", HEAD + "  - [1]\n", "expected names with values"),
        ("cn-2027.yml", "[1, 2]", "expected names with values"),
        ("cn-2027.yml", "year: 2027\nsource: x\nconfidence: Z\nholidays: [1]\n", "confidence must be one of"),
    ],
)
def test_a_wrong_file_is_refused_in_one_sentence(name: str, text: str, sentence: str) -> None:
    with pytest.raises(BadCalendar, match=sentence) as error:
        read_year(text.encode(), name)

    assert str(error.value).startswith(name)
    assert "\n" not in str(error.value)


def test_office_hours_stand_in_order() -> None:
    assert read_hours(b'hours: [{from: "09:00", to: "12:00"}]') == ((time(9), time(12)),)
    with pytest.raises(BadCalendar, match="overlap"):
        read_hours(b'hours: [{from: "09:00", to: "12:00"}, {from: "11:00", to: "13:00"}]')
    with pytest.raises(BadCalendar, match="is no time of day"):
        read_hours(b'hours: [{from: "nine", to: "12:00"}]')
    with pytest.raises(BadCalendar, match="no list `hours`"):
        read_hours(b"hours: []")
