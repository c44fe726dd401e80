"""What the notice pages show: the board, a notice with its people and its timeline, and what a unit may see of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, case, false, func, or_, select, true

from analytics.db import INCIDENT, RETEST, SITE, UNIT
from console.accounts.viewer import Viewer
from console.notices.lifecycle import INSIDE, OUT, OVER
from console.notices.records import findings_of, recipients_of
from console.notices.tables import NOTICE, NOTICE_ENTRY, NOTICE_FILE, NOTICE_LINK, NOTICE_RECIPIENT
from console.web.address import plain_address
from console.web.scope import Scoped, condition

PAGE: Final = 100
# The board's columns of states, in the order a notice goes through them.
GROUPS: Final[dict[str, tuple[str, ...]]] = {
    "inside": ("draft", "reviewed", "signed"),
    "issued": ("issued",),
    "rectifying": ("received", "rectifying", "returned", "reopened", "suspended"),
    "retesting": ("feedback", "retesting"),
    "over": ("closed", "withdrawn"),
}


@dataclass(frozen=True, slots=True)
class Filter:
    """The address parameters of the board."""

    state: str = "open"
    kind: str = ""
    unit: str = ""
    text: str = ""
    skip: int = 0
    county: str = ""
    # received, feedback, closed: those for which that was written down
    reached: str = ""
    issued_since: datetime | None = None
    # false: without those made in exercises; an exercise's number: its own
    exercise: str = ""

    def address(self, **changed: str | int) -> dict[str, str | int]:
        """The parameters as an address carries them, some changed; plain ones left out."""
        mine: dict[str, str | int] = plain_address(self) | changed
        mine["q"] = mine.pop("text")
        plain: dict[str, str | int] = {"state": "open", "skip": 0}
        return {name: value for name, value in mine.items() if value != plain.get(name, "")}


@dataclass(frozen=True, slots=True)
class Dossier:
    """One notice with everything its page tells."""

    row: Row[Any]
    findings: Sequence[Row[Any]]
    recipients: Sequence[Row[Any]]
    entries: Sequence[Row[Any]]
    files: Sequence[Row[Any]]
    retests: Sequence[Row[Any]]
    links: Sequence[Row[Any]]


def visible(who: Scoped) -> ColumnElement[bool]:
    """Notices inside the viewer's scope: their own, and circulars that went to somebody in it."""
    if who.sees_all:
        return true()
    sent = select(NOTICE_RECIPIENT.c.notice_id).where(condition(NOTICE_RECIPIENT, who))
    return or_(condition(NOTICE, who), NOTICE.c.id.in_(sent))


def is_open() -> ColumnElement[bool]:
    """Notices that somebody still works on."""
    return NOTICE.c.state.not_in(sorted(OVER))


def is_overdue() -> ColumnElement[bool]:
    """Notices whose unit is late."""
    return and_(NOTICE.c.state.in_(sorted(OUT)), NOTICE.c.pressure != "none")


def _asked(who: Viewer, asked: Filter) -> list[ColumnElement[bool]]:
    """What a filter asks of the rows."""
    found = [visible(who), _in_state(asked.state)]
    exact = {"kind": asked.kind, "unit_id": asked.unit, "county": asked.county}
    found += [NOTICE.c[name] == value for name, value in exact.items() if value]
    if asked.reached:
        found.append(NOTICE.c[f"{asked.reached}_at"].is_not(None))
    if asked.issued_since:
        found.append(NOTICE.c.issued_at >= asked.issued_since)
    if asked.exercise:
        real = asked.exercise == "false"
        found.append(NOTICE.c.exercise_id.is_(None) if real else NOTICE.c.exercise_id == int(asked.exercise))
    if asked.text:
        texts = (NOTICE.c.title, NOTICE.c.number, UNIT.c.name)
        found.append(or_(*(column.contains(asked.text, autoescape=True) for column in texts)))
    return found


def count(connection: Connection, who: Viewer, asked: Filter) -> int:
    """How many notices a filter finds."""
    counted = select(func.count()).select_from(NOTICE).outerjoin(UNIT, UNIT.c.id == NOTICE.c.unit_id)
    return int(connection.execute(counted.where(*_asked(who, asked))).scalar_one())


def notices(connection: Connection, who: Viewer, asked: Filter) -> tuple[Sequence[Row[Any]], bool]:
    """A page of notices, overdue ones first, then by deadline, and whether there are more."""
    statement = _named().where(*_asked(who, asked))
    late = case((is_overdue(), 0), else_=1)
    due = case((NOTICE.c.state == "issued", NOTICE.c.sign_by), else_=NOTICE.c.rectify_by)
    ordered = statement.order_by(late, due.is_(None), due, NOTICE.c.drafted_at.desc(), NOTICE.c.id)
    rows = connection.execute(ordered.offset(asked.skip).limit(PAGE + 1)).all()
    return rows[:PAGE], len(rows) > PAGE


def one(connection: Connection, who: Viewer, notice_id: str) -> Row[Any] | None:
    """A notice this viewer may see."""
    return connection.execute(_named().where(NOTICE.c.id == notice_id, visible(who))).one_or_none()


def dossier(connection: Connection, row: Row[Any], who: Viewer | None = None) -> Dossier:
    """Everything about a notice; of a circular, only the recipients and lines inside the viewer's scope."""
    units = None if who is None or who.sees_all or row.unit_id is not None else _units(connection, row, who)
    entries = [one for one in _entries(connection, row.id) if units is None or one.unit_id in (None, *units)]
    recipients = [one for one in recipients_of(connection, row.id) if units is None or one.unit_id in units]
    files = select(NOTICE_FILE).where(NOTICE_FILE.c.notice_id == row.id).order_by(NOTICE_FILE.c.at, NOTICE_FILE.c.id)
    retests = select(RETEST).where(RETEST.c.ref == row.id).order_by(RETEST.c.ordered_at.desc(), RETEST.c.id)
    links = select(NOTICE_LINK).where(NOTICE_LINK.c.notice_id == row.id).order_by(NOTICE_LINK.c.id.desc())
    return Dossier(
        row=row,
        findings=findings_of(connection, row.id),
        recipients=recipients,
        entries=entries,
        files=[one for one in connection.execute(files) if units is None or one.unit_id in units],
        retests=connection.execute(retests).all(),
        links=[one for one in connection.execute(links) if units is None or one.unit_id in units],
    )


def for_unit(connection: Connection, row: Row[Any], unit_id: str) -> Dossier:
    """What a unit may see: lines that are open to it and its own proof; no other unit, nothing of the inside."""
    told = dossier(connection, row)
    return Dossier(
        row=row,
        findings=told.findings,
        recipients=[one for one in told.recipients if one.unit_id == unit_id],
        entries=[one for one in told.entries if one.open and one.unit_id in (None, unit_id)],
        files=[one for one in told.files if one.unit_id == unit_id],
        retests=told.retests,
        links=(),
    )


def sent_to(connection: Connection, who: Viewer) -> Sequence[Row[Any]]:
    """The notices that went out to units in the viewer's scope, open ones first; none for who answers for no unit."""
    if who.sees_all:
        return []
    statement = (
        select(
            NOTICE,
            NOTICE_RECIPIENT.c.signed_at,
            NOTICE_RECIPIENT.c.unit_id.label("to_unit"),
            UNIT.c.name.label("unit_name"),
        )
        .join(NOTICE_RECIPIENT, NOTICE_RECIPIENT.c.notice_id == NOTICE.c.id)
        .join(UNIT, UNIT.c.id == NOTICE_RECIPIENT.c.unit_id)
        .where(condition(NOTICE_RECIPIENT, who), NOTICE.c.issued_at.is_not(None), NOTICE.c.state != "withdrawn")
        .order_by(case((is_open(), 0), else_=1), NOTICE.c.issued_at.desc(), NOTICE.c.id)
        .limit(200)
    )
    return connection.execute(statement).all()


def of_incident(connection: Connection, who: Viewer, incident_id: str) -> Sequence[Row[Any]]:
    """The notices about an incident, newest first."""
    statement = _named().where(NOTICE.c.incident_id == incident_id, visible(who))
    return connection.execute(statement.order_by(NOTICE.c.drafted_at.desc(), NOTICE.c.id)).all()


def file_of(connection: Connection, notice_id: str, file_id: str) -> Row[Any] | None:
    """One file of proof of a notice."""
    mine = (NOTICE_FILE.c.id == file_id, NOTICE_FILE.c.notice_id == notice_id)
    return connection.execute(select(NOTICE_FILE).where(*mine)).one_or_none()


def incident_title(connection: Connection, incident_id: str | None) -> str | None:
    """The title of the incident that a notice is about."""
    title: str | None = connection.execute(select(INCIDENT.c.title).where(INCIDENT.c.id == incident_id)).scalar()
    return title


def _named() -> Select[Any]:
    return (
        select(NOTICE, UNIT.c.name.label("unit_name"), SITE.c.name.label("site_name"))
        .outerjoin(UNIT, UNIT.c.id == NOTICE.c.unit_id)
        .outerjoin(SITE, SITE.c.id == NOTICE.c.site_id)
    )


def _in_state(state: str) -> ColumnElement[bool]:
    if state == "open":
        return is_open()
    if state == "overdue":
        return is_overdue()
    if state == "all":
        return true()
    if state == "kept":
        return NOTICE.c.state != "withdrawn"
    states = GROUPS.get(state, (state,))
    return NOTICE.c.state.in_(states) if set(states) <= INSIDE | OUT | OVER else false()


def _units(connection: Connection, row: Row[Any], who: Viewer) -> tuple[str, ...]:
    mine = select(NOTICE_RECIPIENT.c.unit_id).where(NOTICE_RECIPIENT.c.notice_id == row.id)
    return tuple(connection.execute(mine.where(condition(NOTICE_RECIPIENT, who))).scalars())


def _entries(connection: Connection, notice_id: str) -> Sequence[Row[Any]]:
    mine = select(NOTICE_ENTRY).where(NOTICE_ENTRY.c.notice_id == notice_id)
    return connection.execute(mine.order_by(NOTICE_ENTRY.c.at.desc(), NOTICE_ENTRY.c.id.desc())).all()
