"""Who may ask our TAXII server: made known by a person, proven by a token that is shown once and kept as its hash."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, insert, select, update

from analytics.intel.policy import load_markings
from analytics.lifecycle import Unknown
from console.audit.chain import record
from console.intelligence.tables import TAXII_PEER

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_LONGEST: Final = 400
# A peer's last sign of life is not worth a write each time.
_TOUCH: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Peer:
    """A peer that proved itself: up to which marking it reads, whether it may add."""

    name: str
    marking: str
    may_add: bool
    wants_touch: bool

    @property
    def source(self) -> str:
        """The name under which its intelligence is kept."""
        return source_of(self.name)

    @property
    def markings(self) -> tuple[str, ...]:
        """The markings it may read."""
        markings = load_markings()
        return markings.names[: markings.rank(self.marking) + 1]


def source_of(name: str) -> str:
    """The source that a peer's intelligence is kept under."""
    return f"TAXII {name}"


def make(connection: Connection, name: str, marking: str, may_add: bool, by: str, at: datetime) -> str:
    """Make a peer known, or give it a new token; the token. ValueError for a name or marking that will not do."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"peer name {name!r}: use a-z, 0-9, - and _, at most 40, starting with a letter or digit")
    load_markings().rank(marking)
    token = f"gt_{secrets.token_urlsafe(32)}"
    values = {"token_hash": _hash(token), "marking": marking, "may_add": may_add, "active": True}
    if not connection.execute(update(TAXII_PEER).where(TAXII_PEER.c.name == name).values(values)).rowcount:
        connection.execute(insert(TAXII_PEER).values(name=name, **values, created_at=at, created_by=by))
    detail = {"marking": marking, "may_add": may_add}
    record(connection, at=at, actor=by, action="intelligence.peer", object=f"taxii peer {name}", detail=detail)
    return token


def close(connection: Connection, name: str, by: str, at: datetime) -> None:
    """Let a peer in no more. Unknown."""
    if not connection.execute(update(TAXII_PEER).where(TAXII_PEER.c.name == name).values(active=False)).rowcount:
        raise Unknown(f"peer {name}")
    record(connection, at=at, actor=by, action="intelligence.peer_closed", object=f"taxii peer {name}", detail={})


def peers(connection: Connection) -> Sequence[Row[Any]]:
    """All peers, by name."""
    return connection.execute(select(TAXII_PEER).order_by(TAXII_PEER.c.name)).all()


def prove(connection: Connection, authorization: str, at: datetime) -> Peer | None:
    """The peer whose token an Authorization header carries, as Bearer or as the password of Basic."""
    name, token = _carried(authorization)
    if not token:
        return None
    digest = _hash(token)
    row = connection.execute(select(TAXII_PEER).where(TAXII_PEER.c.token_hash == digest)).one_or_none()
    if row is None or not row.active or not hmac.compare_digest(row.token_hash, digest):
        return None
    if name is not None and name != row.name:
        return None
    return Peer(row.name, row.marking, row.may_add, row.last_seen is None or at - row.last_seen >= _TOUCH)


def touch(connection: Connection, name: str, at: datetime) -> None:
    """Note that a peer was here."""
    connection.execute(update(TAXII_PEER).where(TAXII_PEER.c.name == name).values(last_seen=at))


def _carried(authorization: str) -> tuple[str | None, str]:
    scheme, _, rest = authorization.partition(" ")
    if len(authorization) > _LONGEST:
        return None, ""
    if scheme.lower() == "bearer":
        return None, rest.strip()
    if scheme.lower() != "basic":
        return None, ""
    try:
        name, _, token = base64.b64decode(rest.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None, ""
    return name, token


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
