"""One-time links: 256 random bits that open one notice for one unit. Only their hash is kept."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, insert, select, update

from console.notices.kinds import load_rules
from console.notices.tables import NOTICE_LINK

PATH: Final = "/n/"
_BYTES: Final = 32
_LONGEST: Final = 64
_WINDOW: Final = timedelta(minutes=1)


class LinkGone(LookupError):
    """No link of ours, or one that ended: the sentence is the same, so that nobody learns which."""


class TooOften(RuntimeError):
    """The link is used more often than a person does."""


def make(connection: Connection, row: Row[Any], unit_id: str, by: str, at: datetime) -> str:
    """A new link for a unit of a notice; returns its token, which is nowhere else."""
    token = secrets.token_urlsafe(_BYTES)
    last = max(filter(None, (row.rectify_by, row.feedback_by, at)))
    connection.execute(
        insert(NOTICE_LINK).values(
            token_hash=hash_of(token),
            notice_id=row.id,
            unit_id=unit_id,
            made_at=at,
            made_by=by,
            expires_at=last + timedelta(days=load_rules().link_days),
            uses=0,
            window_uses=0,
        )
    )
    return token


def use(connection: Connection, token: str, at: datetime) -> Row[Any]:
    """The link of a token, counted as used. LinkGone, or TooOften."""
    if len(token) > _LONGEST:
        raise LinkGone("this link is not valid")
    digest = hash_of(token)
    link = connection.execute(select(NOTICE_LINK).where(NOTICE_LINK.c.token_hash == digest)).one_or_none()
    if link is None or not hmac.compare_digest(link.token_hash, digest):
        raise LinkGone("this link is not valid")
    if link.revoked_at is not None or link.expires_at <= at:
        raise LinkGone("this link is not valid")
    begins = link.window_at is None or not link.window_at <= at < link.window_at + _WINDOW
    uses = 1 if begins else link.window_uses + 1
    if uses > load_rules().link_uses:
        raise TooOften("this link was used too often within a minute; wait a minute")
    connection.execute(
        update(NOTICE_LINK)
        .where(NOTICE_LINK.c.id == link.id)
        .values(uses=link.uses + 1, window_at=at if begins else link.window_at, window_uses=uses)
    )
    return link


def revoke(connection: Connection, notice_id: str, by: str, at: datetime, unit_id: str | None = None) -> int:
    """End the living links of a notice, or of one of its units; returns how many."""
    living = [NOTICE_LINK.c.notice_id == notice_id, NOTICE_LINK.c.revoked_at.is_(None)]
    if unit_id is not None:
        living.append(NOTICE_LINK.c.unit_id == unit_id)
    return int(connection.execute(update(NOTICE_LINK).where(*living).values(revoked_at=at, revoked_by=by)).rowcount)


def hash_of(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
