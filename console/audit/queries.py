"""Looking things up in the audit chain."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, func, or_, select

from console.audit.tables import AUDIT_ENTRY

PER_PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """What is looked for; an empty part does not limit."""

    text: str = ""
    actor: str = ""
    action: str = ""
    before: int | None = None


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One entry as the page shows it."""

    seq: int
    at: datetime
    actor: str
    action: str
    object: str
    detail: dict[str, Any]
    sha256: str
    sm3: str


def entries(connection: Connection, wanted: AuditFilter) -> tuple[list[AuditLine], int | None]:
    """The newest entries that match, and the number to go on before (None at the end)."""
    columns = AUDIT_ENTRY.c
    statement = select(AUDIT_ENTRY).order_by(columns.seq.desc()).limit(PER_PAGE + 1)
    if wanted.actor:
        statement = statement.where(columns.actor == wanted.actor)
    if wanted.action:
        statement = statement.where(columns.action == wanted.action)
    if wanted.before is not None:
        statement = statement.where(columns.seq < wanted.before)
    if wanted.text:
        searched = (columns.actor, columns.action, columns.object, columns.detail)
        statement = statement.where(or_(*(column.contains(wanted.text, autoescape=True) for column in searched)))
    rows = connection.execute(statement).all()
    return [_line(row) for row in rows[:PER_PAGE]], rows[PER_PAGE - 1].seq if len(rows) > PER_PAGE else None


def known_values(connection: Connection) -> tuple[Sequence[str], Sequence[str]]:
    """Every actor and every action that occurs."""
    actors = connection.execute(select(AUDIT_ENTRY.c.actor).distinct().order_by(AUDIT_ENTRY.c.actor)).scalars().all()
    actions = connection.execute(select(AUDIT_ENTRY.c.action).distinct().order_by(AUDIT_ENTRY.c.action)).scalars().all()
    return actors, actions


def total(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(AUDIT_ENTRY)).scalar_one()


def _line(row: Row[Any]) -> AuditLine:
    return AuditLine(
        seq=row.seq,
        at=datetime.fromisoformat(row.at),
        actor=row.actor,
        action=row.action,
        object=row.object,
        detail=json.loads(row.detail),
        sha256=row.sha256,
        sm3=row.sm3,
    )
