"""Server-side sessions: a random number in a cookie, its hash in the database, killed by deleting a row."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import LABEL_STYLE_TABLENAME_PLUS_COL, Connection, Row, and_, delete, insert, or_, select, update

from console.accounts.tables import ACCOUNT, SESSION

COOKIE: Final = "gongga_session"
IDLE: Final = timedelta(minutes=30)
ABSOLUTE: Final = timedelta(hours=12)
# Seen more often than this is not written down: a page must not cost a write each time.
_TOUCH_EVERY: Final = timedelta(seconds=60)
# The stage of a machine's session: it only reads, from one address, and does not idle out. Its end still comes.
KIOSK_STAGE: Final = "kiosk"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a request comes from, for the list of sessions and the audit."""

    address: str
    agent: str


def hash_of(token: str) -> str:
    """What the database keeps of a session's number."""
    return hashlib.sha256(token.encode()).hexdigest()


def open_session(
    connection: Connection,
    account_id: str,
    at: datetime,
    origin: Origin,
    stage: str = "full",
    ends_at: datetime | None = None,
) -> str:
    """Open a session and return the number for the cookie, 256 random bits."""
    token = secrets.token_urlsafe(32)
    idle = and_(SESSION.c.seen_at <= at - IDLE, SESSION.c.stage != KIOSK_STAGE)
    connection.execute(delete(SESSION).where(or_(SESSION.c.ends_at <= at, idle)))
    connection.execute(
        insert(SESSION).values(
            id_hash=hash_of(token),
            account_id=account_id,
            stage=stage,
            csrf=secrets.token_urlsafe(32),
            created_at=at,
            seen_at=at,
            ends_at=ends_at or at + ABSOLUTE,
            address=origin.address[:60],
            agent=origin.agent[:300],
        )
    )
    return token


def rotate(connection: Connection, token: str, at: datetime, origin: Origin, stage: str = "full") -> str | None:
    """Replace a session by a new one of the same account: after log-in, after a second factor, a new password."""
    account_id = connection.execute(
        delete(SESSION).where(SESSION.c.id_hash == hash_of(token)).returning(SESSION.c.account_id)
    ).scalar()
    return None if account_id is None else open_session(connection, account_id, at, origin, stage)


def find(connection: Connection, token: str, at: datetime) -> Row[Any] | None:
    """The living session and its account, or None: unknown, idle too long, too old, or the account was closed."""
    return connection.execute(
        select(SESSION, ACCOUNT)
        .join(ACCOUNT, ACCOUNT.c.id == SESSION.c.account_id)
        .where(
            SESSION.c.id_hash == hash_of(token),
            SESSION.c.ends_at > at,
            or_(SESSION.c.seen_at > at - IDLE, SESSION.c.stage == KIOSK_STAGE),
            ACCOUNT.c.active,
        )
        .set_label_style(LABEL_STYLE_TABLENAME_PLUS_COL)
    ).first()


def wants_touch(seen_at: datetime, at: datetime) -> bool:
    """Whether being seen now is worth a write."""
    return at - seen_at >= _TOUCH_EVERY


def touch(connection: Connection, token: str, at: datetime) -> None:
    """Write down that the session was used."""
    connection.execute(update(SESSION).where(SESSION.c.id_hash == hash_of(token)).values(seen_at=at))


def close_session(connection: Connection, token: str) -> None:
    """End one session."""
    connection.execute(delete(SESSION).where(SESSION.c.id_hash == hash_of(token)))


def close_all(connection: Connection, account_id: str, keep: str | None = None) -> int:
    """End every session of an account, except perhaps the one of this number."""
    statement = delete(SESSION).where(SESSION.c.account_id == account_id)
    if keep is not None:
        statement = statement.where(SESSION.c.id_hash != hash_of(keep))
    return connection.execute(statement).rowcount
