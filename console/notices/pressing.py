"""Pressing a unit that is late: reminders to those who have not acted, 催办, 督办, 通报批评; more time when granted."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, select, update

from analytics.db import UNIT
from analytics.lifecycle import Unfit
from console.notices.drafting import Draft, create
from console.notices.kinds import load_rules
from console.notices.lifecycle import OUT, PRESSURE, WITH_UNIT, extended, pressed
from console.notices.paper import draft_words
from console.notices.person import Person
from console.notices.records import Entry, Words, change, enter, findings_of, get, recipients_of
from console.notices.tables import NOTICE_RECIPIENT
from console.notices.telling import clock_word, tell_unit
from console.office.settings import Office
from console.papers.notice_paper import moment
from sensors.contract.batch import time_of

# By hand at most so often: one more click is no more urgent.
_APART: Final = timedelta(minutes=10)
_SAYS: Final = {
    "urged": Words("催办", "Urged"),
    "supervised": Words("转入督办", "Put under supervision"),
    "escalated": Words("提请通报批评、约谈", "Proposed for public criticism"),
}


def clock_of(row: Row[Any]) -> tuple[str, datetime] | None:
    """The clock that runs against the unit now, and when it ends; None while nothing is asked of it."""
    if row.state == "issued" and row.sign_by is not None:
        return "sign", row.sign_by
    if row.state in WITH_UNIT and row.kind not in _advisory():
        ends = [(at, name) for name in ("rectify", "feedback") if (at := getattr(row, f"{name}_by")) is not None]
        if ends:
            at, name = min(ends)
            return name, at
    return None


def is_late(row: Row[Any], at: datetime) -> bool:
    """Whether the unit has let its clock run out."""
    clock = clock_of(row)
    return clock is not None and clock[1] <= at


def proposed(row: Row[Any], at: datetime) -> str | None:
    """The next pressure, when it is time for it; a person decides."""
    clock = clock_of(row)
    if clock is None or row.pressure not in ("overdue", "urged", "supervised"):
        return None
    [to] = [one for one in PRESSURE[row.pressure] if one != "none"]
    return to if at >= clock[1] + load_rules().pressing[to] else None


def overdue(connection: Connection, row: Row[Any], at: datetime) -> None:
    """Mark a notice as overdue."""
    clock = clock_of(row)
    assert clock is not None
    change(connection, row, at, pressure=pressed(row.id, row.pressure, "overdue"))
    word = clock_word(clock[0])
    words = Words(f"{word}时限已过，单位未办理", f"The {clock[0]} deadline passed without an answer")
    enter(connection, row.id, at, Entry("overdue", words))


def press(connection: Connection, row: Row[Any], to: str, person: Person, office: Office) -> str | None:
    """Press harder by one step; under supervision a 督办函 is drafted too, and its id returned. IllegalMove, Stale."""
    if row.state not in OUT:
        raise Unfit("通报尚未下发或已办结，不能催办", f"notice {row.id} is {row.state!r}; nobody is pressed for it")
    change(connection, row, person.at, pressure=pressed(row.id, row.pressure, to))
    said = _SAYS[to]
    more = f"：{person.reason}" if person.reason else ""
    enter(connection, row.id, person.at, Entry(to, Words(f"{said.zh}{more}", f"{said.en}{more}"), person.login))
    for one in waiting(connection, row):
        tell_unit(connection, to, row, one.unit_id, office, person.at, key=f"{to}/{person.at.timestamp():.6f}")
    return draft_letter(connection, row, person) if to == "supervised" and row.unit_id is not None else None


def remind(connection: Connection, row: Row[Any], person: Person, office: Office) -> int:
    """Remind those who have not acted; returns how many units. Nobody is reminded twice within ten minutes."""
    clock = clock_of(row)
    if clock is None:
        return 0
    what = "after" if clock[1] <= person.at else "before"
    told = [one for one in waiting(connection, row) if one.reminded_at is None or person.at - one.reminded_at >= _APART]
    for one in told:
        remind_unit(connection, row, one, what, office, person.at, person.login, f"hand/{person.at.timestamp():.6f}")
    return len(told)


def remind_unit(
    connection: Connection, row: Row[Any], one: Row[Any], what: str, office: Office, at: datetime, by: str, key: str
) -> None:
    """Remind one unit of the clock that runs."""
    clock = clock_of(row)
    assert clock is not None
    fields = {"clock": clock_word(clock[0]), "due": moment(clock[1])}
    tell_unit(connection, what, row, one.unit_id, office, at, key=key, **fields)
    mine = update(NOTICE_RECIPIENT).where(NOTICE_RECIPIENT.c.id == one.id)
    connection.execute(mine.values(reminded_at=at, reminders=one.reminders + 1))
    words = Words(f"提醒办理（{fields['clock']}时限 {fields['due']}）", f"Reminded of the {clock[0]} deadline")
    enter(connection, row.id, at, Entry("reminded", words, by, one.unit_id))


def waiting(connection: Connection, row: Row[Any]) -> list[Row[Any]]:
    """The units that a notice waits for: who has not signed, or the one that has to answer."""
    everybody = recipients_of(connection, row.id)
    if row.state == "issued":
        return [one for one in everybody if one.signed_at is None]
    return list(everybody) if row.state in WITH_UNIT else []


def draft_letter(connection: Connection, row: Row[Any], person: Person) -> str:
    """Draft the 督办函 about an overdue notice, to the unit's superior where it has one; returns its id."""
    parent = connection.execute(select(UNIT.c.parent_id).where(UNIT.c.id == row.unit_id)).scalar()
    shown = [one.snapshot for one in findings_of(connection, row.id) if one.state == "open"]
    kind = load_rules().kind("supervise")
    earlier, superior = f"《{row.title}》（{row.number}）", parent_name(connection, parent)
    title, text = draft_words(kind.id, row.unit_name, shown, row.severity, earlier=earlier, superior=superior)
    draft = Draft(
        kind=kind,
        unit_id=parent or row.unit_id,
        severity=row.severity,
        title=title,
        text=text,
        advice=row.advice,
        site_id=row.site_id,
        incident_id=row.incident_id,
        about_id=row.id,
        snapshots=shown,
        exercise_id=row.exercise_id,
    )
    return create(connection, draft, person.login, person.at)


def parent_name(connection: Connection, unit_id: str | None) -> str:
    """The name of a unit's superior; empty without one."""
    return str(connection.execute(select(UNIT.c.name).where(UNIT.c.id == unit_id)).scalar() or "") if unit_id else ""


def decide_extension(connection: Connection, row: Row[Any], to: str, person: Person, office: Office) -> None:
    """Grant or refuse more time. IllegalMove when none was asked for."""
    state = extended(row.id, row.extension_state, to)
    asked = dict(row.extension)
    decided = {**asked, "decided_by": person.login, "decided_at": person.at.isoformat(), "answer": person.reason}
    values: dict[str, Any] = {"extension_state": state, "extension": decided}
    if to == "granted":
        until = time_of(asked["until"])
        values |= {"rectify_by": until, "feedback_by": until, "pressure": "none"}
        words = Words(f"同意延期至 {moment(until)}", f"Extended until {until.isoformat()}")
    else:
        words = Words(f"未同意延期：{person.reason}", f"Extension refused: {person.reason}")
    change(connection, row, person.at, **values)
    enter(connection, row.id, person.at, Entry(to, words, person.login))
    after = get(connection, row.id)
    for one in recipients_of(connection, row.id):
        key = f"{to}/{person.at.timestamp():.6f}"
        tell_unit(connection, to, after, one.unit_id, office, person.at, key=key, text=person.reason)


def _advisory() -> frozenset[str]:
    return frozenset(kind.id for kind in load_rules().kinds.values() if not kind.must_reply)
