"""How long a unit has: terms by gravity, halved in guarded periods, turned into moments by the working calendar."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

from analytics.lifecycle import Unfit
from console.notices.kinds import CLOCKS, SEVERITIES, Rules, Term, checked

_PLAIN: Final = {"minutes": "minutes", "hours": "hours", "days": "days"}


class WorkingTime(Protocol):
    """The part of the calendar that terms need."""

    def add_working_hours(self, at: datetime, hours: float) -> datetime: ...
    def add_working_days(self, at: datetime, days: int) -> datetime: ...
    def add_days(self, at: datetime, days: int) -> datetime: ...


def gravest(severities: list[str]) -> str:
    """The gravest of these; what is not known counts as the least."""
    known = [one for one in severities if one in SEVERITIES]
    return min(known, key=SEVERITIES.index, default="low")


def terms_for(severity: str, at: datetime, rules: Rules) -> dict[str, dict[str, Any]]:
    """The terms of a gravity as JSON values, shortened when `at` lies in a guarded period."""
    factor = rules.factor if rules.is_guarded(at) else 1.0
    terms = rules.deadlines[severity]
    return {
        clock: Term(terms[clock].amount * factor, terms[clock].unit).document() for clock in CLOCKS if clock in terms
    }


def checked_terms(terms: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Terms that somebody wrote. ValueError for an unknown clock, amount or unit."""
    found: dict[str, dict[str, Any]] = {}
    for clock, entry in terms.items():
        if clock not in CLOCKS:
            raise ValueError(f"there is no clock {clock!r}; one of {', '.join(CLOCKS)}")
        try:
            term = Term(float(entry["amount"]), str(entry["unit"]))
        except (KeyError, TypeError, ValueError) as error:
            raise Unfit("时限需要数字和单位", f"the term of {clock} needs a number and a unit") from error
        found[clock] = checked(term, f"the term of {clock}").document()
    return found


def moments(terms: Mapping[str, Any], at: datetime, calendar: WorkingTime) -> dict[str, datetime]:
    """When each clock ends that starts at `at`: columns of the table, such as `sign_by`."""
    return {
        f"{clock}_by": _ends(Term(float(terms[clock]["amount"]), terms[clock]["unit"]), at, calendar)
        for clock in CLOCKS
        if clock in terms
    }


def _ends(term: Term, at: datetime, calendar: WorkingTime) -> datetime:
    if term.unit == "working_hours":
        return calendar.add_working_hours(at, term.amount)
    if term.unit == "working_days":
        whole = int(term.amount)
        end = calendar.add_working_days(at, whole) if whole else at
        # Half a working day is four working hours.
        return calendar.add_working_hours(end, (term.amount - whole) * 8) if term.amount > whole else end
    if term.unit == "days" and term.amount == int(term.amount):
        # Nobody is told to be done at 8:59: a term of whole days ends with the office hours of its last day.
        return calendar.add_days(at, int(term.amount))
    return at + timedelta(**{_PLAIN[term.unit]: term.amount})
