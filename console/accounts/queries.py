"""What the account pages show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

from console.accounts.sessions import IDLE
from console.accounts.tables import ACCOUNT, ACCOUNT_GRANT, SESSION


@dataclass(frozen=True, slots=True)
class AccountLine:
    """One account in the list of all."""

    login: str
    name: str
    active: bool
    must_change: bool
    totp: bool
    roles: tuple[str, ...]
    counties: tuple[str, ...]
    units: tuple[str, ...]
    last_seen: datetime | None


def own_account(connection: Connection, account_id: str) -> Row[Any]:
    return connection.execute(select(ACCOUNT).where(ACCOUNT.c.id == account_id)).one()


def living_sessions(connection: Connection, account_id: str, at: datetime) -> Sequence[Row[Any]]:
    """The sessions of an account that still open doors, the latest used first."""
    return connection.execute(
        select(SESSION)
        .where(SESSION.c.account_id == account_id, SESSION.c.ends_at > at, SESSION.c.seen_at > at - IDLE)
        .order_by(SESSION.c.seen_at.desc())
    ).all()


def all_accounts(connection: Connection) -> list[AccountLine]:
    """Every account with its roles and scope."""
    grants: dict[str, list[Row[Any]]] = {}
    for grant in connection.execute(select(ACCOUNT_GRANT).order_by(ACCOUNT_GRANT.c.id)):
        grants.setdefault(grant.account_id, []).append(grant)
    seen = {
        row.account_id: row.at
        for row in connection.execute(
            select(SESSION.c.account_id, func.max(SESSION.c.seen_at).label("at")).group_by(SESSION.c.account_id)
        )
    }
    return [
        AccountLine(
            login=row.login,
            name=row.name,
            active=row.active,
            must_change=row.must_change,
            totp=row.totp_secret is not None,
            roles=tuple(dict.fromkeys(grant.role for grant in grants.get(row.id, ()))),
            counties=tuple(sorted({grant.county for grant in grants.get(row.id, ()) if grant.county})),
            units=tuple(sorted({grant.unit_id for grant in grants.get(row.id, ()) if grant.unit_id})),
            last_seen=seen.get(row.id),
        )
        for row in connection.execute(select(ACCOUNT).order_by(ACCOUNT.c.login))
    ]
