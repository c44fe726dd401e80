"""The sentences of a month's bulletin, from its figures. It goes to everybody, so it names no unit and no site."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from analytics.findings.checks import load_checks
from console.calendar.working_time import Calendar
from console.notices.kinds import Rules
from console.notices.monthly_numbers import SEVERITIES, Numbers
from console.notices.months import Month
from console.papers.wording import fill, raw_wording

TYPICAL: Final = 3


def fields_of_month(numbers: Numbers, calendar: Calendar, rules: Rules) -> tuple[tuple[str, str], ...]:
    """The fields of the bulletin's wording, each a sentence or several."""
    month = numbers.month
    fields = {
        "year": str(month.year),
        "month": str(month.number),
        "monitored": _said("monitored", sites=numbers.value("sites"), attacks=numbers.value("attacks")),
        "availability": _availability(numbers),
        "vetoed": _unless_none("vetoed", vetoed=numbers.value("vetoed")),
        "findings": _findings(numbers),
        "severities": _severities(numbers),
        "incidents": _incidents(numbers),
        "rectified": _said("rectified", issued=numbers.value("issued"), settled=numbers.value("settled")),
        "overdue": _unless_none("overdue", overdue=numbers.value("overdue")),
        "repeated": _repeated(numbers),
        "typical": "\n".join(_typical(numbers)) or _said("no_typical"),
        "warnings": _said("warnings"),
        "reminders": "\n".join([*_next_month(month.plus(1), calendar, rules), _said("reminders")]),
    }
    return tuple(fields.items())


def typical_checks(numbers: Numbers) -> Sequence[str]:
    """The checks that most findings stand of, most first."""
    stock = {key.removeprefix("stock.check."): one.value for key, one in numbers.figures.items() if _is(key, "stock")}
    return sorted(stock, key=lambda check: (-stock[check], check))


def _is(key: str, name: str) -> bool:
    return key.startswith(f"{name}.check.")


def _availability(numbers: Numbers) -> str:
    share, before = numbers.availability.share, numbers.before.share
    if share is None:
        return ""
    change = ""
    if before is not None and (points := round((share - before) * 100, 2)):
        change = _said("share_more" if points > 0 else "share_less", n=f"{abs(points):g}")
    return _said("availability", share=f"{share * 100:.2f}", share_change=change)


def _findings(numbers: Numbers) -> str:
    stock, grown = numbers.value("stock"), numbers.value("stock") - numbers.value("before")
    change = _said("more" if grown > 0 else "less", n=abs(grown)) if grown else _said("same")
    return _said("findings", new=numbers.value("new"), closed=numbers.value("closed"), stock=stock, stock_change=change)


def _severities(numbers: Numbers) -> str:
    return _said("severities", **{name: numbers.value(f"stock.severity.{name}") for name in SEVERITIES})


def _incidents(numbers: Numbers) -> str:
    if not numbers.value("incidents"):
        return _said("no_incidents")
    levels = {words["zh"]: numbers.value(f"incidents.level.{level}") for level, words in _levels().items()}
    ungraded = numbers.value("incidents") - sum(levels.values())
    counted = {**levels, "待定级": ungraded}
    told = "、".join(f"{name}{count}起" for name, count in counted.items() if count)
    return _said("incidents", incidents=numbers.value("incidents"), levels=told)


def _repeated(numbers: Numbers) -> str:
    units = {life.unit_id for life in numbers.findings.returned if life.unit_id}
    return _unless_none("repeated", returned=numbers.value("returned"), units=len(units))


def _typical(numbers: Numbers) -> Iterator[str]:
    for place, check_id in enumerate(typical_checks(numbers)[:TYPICAL], 1):
        check = load_checks().get(check_id)
        if check is None:
            continue
        counts = {name: numbers.value(f"{name}.check.{check_id}") for name in ("stock", "new")}
        yield _said("typical", place=place, title=check.title, advice=check.advice, **counts)


def _next_month(month: Month, calendar: Calendar, rules: Rules) -> Iterator[str]:
    """Holidays and guarded periods that begin in a month."""
    for year in calendar.years:
        for one in year.holidays:
            if (one.first.year, one.first.month) == (month.year, month.number):
                yield _said("holiday", name=one.name, first=_day(one.first), last=_day(one.last))
    for period in rules.periods:
        if (period.begins.year, period.begins.month) == (month.year, month.number):
            yield _said("guarded", name=period.zh, first=_day(period.begins), last=_day(period.ends))


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"


def _unless_none(name: str, /, **values: int) -> str:
    return _said(name, **values) if next(iter(values.values())) else ""


def _said(name: str, /, **values: Any) -> str:
    sentence: str = raw_wording("monthly")["sentences"][name]
    return fill(sentence, {key: str(value) for key, value in values.items()})


def _levels() -> Mapping[str, Mapping[str, str]]:
    levels: Mapping[str, Mapping[str, str]] = raw_wording("monthly")["levels"]
    return levels
