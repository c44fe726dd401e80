"""Tokens of sensors: printed once, kept as a hash."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, Engine, insert, select, update

from analytics.db import SENSOR
from console.audit.chain import record

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_]{0,31}")


class SensorNameError(ValueError):
    """Not a name for a sensor."""


def new_token(engine: Engine, name: str, at: datetime, actor: str, kind: str = "remote") -> str:
    """Give a sensor a new token; the one it had before stops working."""
    if not _NAME.fullmatch(name):
        raise SensorNameError(f"sensor name {name!r}: use a-z, 0-9 and _, at most 32, starting with a letter or digit")
    token = f"gs_{secrets.token_urlsafe(32)}"
    with engine.begin() as connection:
        changed = connection.execute(
            update(SENSOR).where(SENSOR.c.name == name).values(token_hash=token_hash(token))
        ).rowcount
        if not changed:
            connection.execute(insert(SENSOR).values(name=name, kind=kind, token_hash=token_hash(token), counters={}))
        record(connection, at=at, actor=actor, action="sensor.token", object=f"sensor/{name}", detail={})
    return token


def token_hash(token: str) -> str:
    """What the database keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def sensor_of(connection: Connection, token: str) -> str | None:
    """The sensor whose token this is."""
    digest = token_hash(token)
    row = connection.execute(select(SENSOR.c.name, SENSOR.c.token_hash).where(SENSOR.c.token_hash == digest)).first()
    return row.name if row is not None and hmac.compare_digest(row.token_hash, digest) else None
