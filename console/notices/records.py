"""Reading and writing a notice's rows: each change only while it still is what was read, each with its entry."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from analytics.db import SITE, UNIT
from analytics.findings.finding import MACHINE
from analytics.lifecycle import Stale, Unknown
from console.accounts.tables import ACCOUNT
from console.notices.lifecycle import moved
from console.notices.tables import NOTICE, NOTICE_ENTRY, NOTICE_FINDING, NOTICE_RECIPIENT
from console.web.changes import announce


@dataclass(frozen=True, slots=True)
class Words:
    """A sentence of the timeline in both languages."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a notice's timeline. `unit_id` None is everybody's; only `open` ones are shown to units."""

    kind: str
    words: Words
    by: str = MACHINE
    unit_id: str | None = None
    open: bool = True
    data: Mapping[str, Any] = field(default_factory=dict)


def new_id(prefix: str) -> str:
    """A name that nobody has yet."""
    return f"{prefix}-{secrets.token_hex(6)}"


def get(connection: Connection, notice_id: str) -> Row[Any]:
    """A notice with its unit's and site's names. Unknown when there is none."""
    statement = (
        select(NOTICE, UNIT.c.name.label("unit_name"), SITE.c.name.label("site_name"))
        .outerjoin(UNIT, UNIT.c.id == NOTICE.c.unit_id)
        .outerjoin(SITE, SITE.c.id == NOTICE.c.site_id)
        .where(NOTICE.c.id == notice_id)
    )
    row = connection.execute(statement).one_or_none()
    if row is None:
        raise Unknown(f"notice {notice_id}")
    return row


def change(connection: Connection, row: Row[Any], at: datetime, **values: Any) -> None:
    """Change a notice, if it still is what was read; open pages are told. Stale otherwise."""
    changed = connection.execute(
        update(NOTICE)
        .where(NOTICE.c.id == row.id, NOTICE.c.version == row.version)
        .values(**values, version=row.version + 1, changed_at=at)
    ).rowcount
    if changed != 1:
        raise Stale(f"notice {row.id}")
    announce(connection, "notice", row.id, at, row.site_id)


def go(connection: Connection, row: Row[Any], to: str, at: datetime, entry: Entry, **values: Any) -> Row[Any]:
    """Move a notice along its life and write the entry; returns the notice as it is now. IllegalMove or Stale."""
    change(connection, row, at, state=moved(row.id, row.state, to), **values)
    enter(connection, row.id, at, entry)
    return get(connection, row.id)


def enter(connection: Connection, notice_id: str, at: datetime, entry: Entry) -> None:
    """Write one line into the timeline."""
    connection.execute(
        insert(NOTICE_ENTRY).values(
            notice_id=notice_id,
            unit_id=entry.unit_id,
            at=at,
            kind=entry.kind,
            text=entry.words.zh,
            text_en=entry.words.en,
            by=entry.by,
            open=entry.open,
            data=dict(entry.data),
        )
    )


def findings_of(connection: Connection, notice_id: str) -> Sequence[Row[Any]]:
    """The findings of a notice in their order."""
    mine = select(NOTICE_FINDING).where(NOTICE_FINDING.c.notice_id == notice_id)
    return connection.execute(mine.order_by(NOTICE_FINDING.c.position)).all()


def recipients_of(connection: Connection, notice_id: str) -> Sequence[Row[Any]]:
    """Whom a notice goes to, with the units' names."""
    return connection.execute(
        select(NOTICE_RECIPIENT, UNIT.c.name.label("unit_name"))
        .join(UNIT, UNIT.c.id == NOTICE_RECIPIENT.c.unit_id)
        .where(NOTICE_RECIPIENT.c.notice_id == notice_id)
        .order_by(NOTICE_RECIPIENT.c.county, NOTICE_RECIPIENT.c.unit_id)
    ).all()


def account_of(connection: Connection, login: str) -> str | None:
    """The id of the account of this log-in; None for what is no person."""
    found: str | None = connection.execute(select(ACCOUNT.c.id).where(ACCOUNT.c.login == login)).scalar()
    return found
