"""The life of a notice as tables: where it may go from where, how the office presses, and who may do which.

Three lives run beside each other: the paper itself, the pressure on a unit that is late, and a wish for more time.
"""

from __future__ import annotations

from typing import Final

from analytics.lifecycle import IllegalMove

MOVES: Final[dict[str, frozenset[str]]] = {
    "draft": frozenset({"reviewed", "withdrawn"}),
    "reviewed": frozenset({"signed", "draft", "withdrawn"}),
    "signed": frozenset({"issued", "draft", "withdrawn"}),
    "issued": frozenset({"received", "suspended", "withdrawn"}),
    "received": frozenset({"rectifying", "feedback", "closed", "suspended", "withdrawn"}),
    "rectifying": frozenset({"feedback", "closed", "suspended", "withdrawn"}),
    "feedback": frozenset({"retesting", "returned", "closed", "suspended", "withdrawn"}),
    "retesting": frozenset({"closed", "returned", "withdrawn"}),
    "returned": frozenset({"rectifying", "feedback", "closed", "suspended", "withdrawn"}),
    "suspended": frozenset({"issued", "received", "rectifying", "feedback", "returned", "reopened", "withdrawn"}),
    "closed": frozenset({"reopened"}),
    "reopened": frozenset({"rectifying", "feedback", "closed", "suspended", "withdrawn"}),
    "withdrawn": frozenset(),
}
# 催办、督办、通报批评: step by step, and gone as soon as the unit has acted.
PRESSURE: Final[dict[str, frozenset[str]]] = {
    "none": frozenset({"overdue"}),
    "overdue": frozenset({"none", "urged"}),
    "urged": frozenset({"none", "supervised"}),
    "supervised": frozenset({"none", "escalated"}),
    "escalated": frozenset({"none"}),
}
EXTENSION: Final[dict[str, frozenset[str]]] = {
    "none": frozenset({"requested"}),
    "requested": frozenset({"granted", "refused"}),
    "granted": frozenset({"requested"}),
    "refused": frozenset({"requested"}),
}
# What a person asks for by name, and the permission that it needs. The rest follows from what units and probes do.
NEEDS: Final[dict[str, str]] = {
    "reviewed": "notices.review",
    "draft": "notices.review",
    "signed": "notices.sign",
    "issued": "notices.draft",
    "retesting": "notices.draft",
    "returned": "notices.review",
    "closed": "notices.review",
    "suspended": "notices.review",
    "resumed": "notices.review",
    "withdrawn": "notices.review",
    "urged": "notices.draft",
    "supervised": "notices.review",
    "escalated": "notices.sign",
    "granted": "notices.review",
    "refused": "notices.review",
}
# These change what others rely on: they need a reason in words.
REASONED: Final = frozenset({"draft", "returned", "closed", "suspended", "withdrawn", "escalated", "refused"})
# Not yet with the unit; with the unit; over.
INSIDE: Final = frozenset({"draft", "reviewed", "signed"})
WITH_UNIT: Final = frozenset({"received", "rectifying", "returned", "reopened"})
OVER: Final = frozenset({"closed", "withdrawn"})
# While it is out, the unit may be pressed.
OUT: Final = frozenset(MOVES) - INSIDE - OVER


def moved(notice: str, state: str, to: str) -> str:
    """The next state of a notice. IllegalMove when the table does not allow it."""
    return _step(MOVES, f"notice {notice}", state, to)


def pressed(notice: str, pressure: str, to: str) -> str:
    """The next pressure on a notice's unit. IllegalMove when the table does not allow it."""
    return _step(PRESSURE, f"the pressure on notice {notice}", pressure, to)


def extended(notice: str, extension: str, to: str) -> str:
    """The next state of a wish for more time. IllegalMove when the table does not allow it."""
    return _step(EXTENSION, f"the extension of notice {notice}", extension, to)


def _step(table: dict[str, frozenset[str]], what: str, was: str, to: str) -> str:
    if to not in table.get(was, frozenset()):
        raise IllegalMove(what, was, to)
    return to
