from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from analytics.findings.finding import MOVES
from console.notices.monthly_findings import Life, month_of_findings
from console.notices.months import Month

MONTH = Month(2026, 11)
LAST, SOON = MONTH.start - timedelta(days=5), MONTH.start + timedelta(days=5)


def life(name: str, first: datetime, *moves: tuple[datetime, str, str]) -> Life:
    return Life(name, "check", "high", "U-1", "513301", "kd-1", first, moves[-1][2] if moves else "new", moves)


def test_each_finding_is_counted_by_what_became_of_it() -> None:
    later = SOON + timedelta(days=3)
    months = month_of_findings(
        [
            life("stood", LAST),
            life("closed", LAST, (SOON, "new", "closed")),
            life("new", SOON),
            life("new-closed", SOON, (later, "new", "closed")),
            life("false", LAST, (SOON, "new", "false_positive")),
            life("returned", LAST - timedelta(days=40), (LAST, "new", "closed"), (SOON, "closed", "reopened")),
            life("to-and-fro", LAST, (SOON, "new", "closed"), (later, "closed", "reopened")),
            life("next-month", MONTH.end),
        ],
        MONTH,
    )

    told = {name: [one.id for one in getattr(months, name)] for name in months.__dataclass_fields__}
    assert told == {
        "before": ["stood", "closed", "false", "to-and-fro"],
        "new": ["new", "new-closed"],
        "returned": ["returned"],
        "closed": ["closed", "new-closed"],
        "false": ["false"],
        "stock": ["stood", "new", "returned", "to-and-fro"],
    }


@st.composite
def lives(draw: st.DrawFn) -> Life:
    at = MONTH.start + timedelta(days=draw(st.integers(-40, 40)))
    first, state, moves = at, "new", []
    for _ in range(draw(st.integers(0, 6))):
        at += timedelta(days=draw(st.integers(0, 20)))
        to = draw(st.sampled_from(sorted(MOVES[state])))
        moves.append((at, state, to))
        state = to
    return life(f"f{draw(st.integers(0, 999))}", first, *moves)


@given(st.lists(lives(), max_size=8))
def test_the_months_books_balance(known: list[Life]) -> None:
    month = month_of_findings(known, MONTH)
    came = len(month.new) + len(month.returned)

    assert len(month.stock) == len(month.before) + came - len(month.closed) - len(month.false)
