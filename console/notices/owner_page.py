"""Which one thing a unit has to do now, and how far its notice has come."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Row

from console.notices.kinds import load_rules
from console.notices.queries import Dossier

# 签收, 整改, 复测, 销号: the four stages a unit sees.
_STAGES: Final = {
    "issued": 0,
    "received": 1,
    "rectifying": 1,
    "returned": 1,
    "reopened": 1,
    "suspended": 1,
    "feedback": 2,
    "retesting": 2,
    "closed": 4,
}


def stage_of(state: str) -> int:
    """How many of the four stages are past."""
    return _STAGES.get(state, 0)


def task_of(told: Dossier, mine: Row[Any]) -> str:
    """The one thing to do: sign, report, retest, or wait for something."""
    row = told.row
    if row.state == "suspended":
        return "suspended"
    if mine.signed_at is None and row.state == "issued":
        return "sign"
    if row.state == "closed" or not load_rules().kind(row.kind).must_reply:
        return "done"
    if row.state in ("received", "rectifying", "returned", "reopened"):
        return "report"
    if row.state == "feedback":
        return "retest" if any(one.state == "open" for one in told.findings) else "wait"
    return "wait"
