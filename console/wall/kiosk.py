"""Machines in the hall: an address of their own that opens the screen to read, from one place, for thirty days."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Any, Final

from sqlalchemy import Connection, Row, delete, insert, select, update

from analytics.lifecycle import Stale, Unfit, Unknown
from console.accounts.sessions import KIOSK_STAGE, Origin, hash_of, open_session
from console.accounts.tables import ACCOUNT, ACCOUNT_GRANT, SESSION
from console.audit.chain import record
from console.wall.tables import KIOSK, WALL_MASK

LASTS: Final = timedelta(days=30)
ROLE: Final = "screen"


@dataclass(frozen=True, slots=True)
class Refused:
    """The token opens nothing here; the reason is for the audit, not for who asked."""

    reason: str


def screen_accounts(connection: Connection) -> Sequence[Row[Any]]:
    """Accounts that do nothing but show the screen."""
    other = select(ACCOUNT_GRANT.c.account_id).where(ACCOUNT_GRANT.c.role != ROLE)
    screens = select(ACCOUNT_GRANT.c.account_id).where(ACCOUNT_GRANT.c.role == ROLE)
    chosen = ACCOUNT.c.active & ACCOUNT.c.id.in_(screens) & ACCOUNT.c.id.not_in(other)
    return connection.execute(select(ACCOUNT).where(chosen).order_by(ACCOUNT.c.login)).all()


def machines(connection: Connection) -> Sequence[Row[Any]]:
    """Every machine, the newest first."""
    listed = select(KIOSK, ACCOUNT.c.login).join(ACCOUNT, ACCOUNT.c.id == KIOSK.c.account_id)
    return connection.execute(listed.order_by(KIOSK.c.id.desc())).all()


def living(connection: Connection, at: datetime) -> Sequence[Row[Any]]:
    """The machines whose address still opens."""
    lives = KIOSK.c.revoked_at.is_(None) & (KIOSK.c.ends_at > at)
    return connection.execute(select(KIOSK).where(lives).order_by(KIOSK.c.label)).all()


def allow(connection: Connection, login: str, label: str, address: str, by: str, at: datetime) -> str:
    """Let a machine show the screen; the token is returned once. ValueError says what is wrong."""
    account = next((one for one in screen_accounts(connection) if one.login == login), None)
    if account is None:
        raise Unfit(
            f"{login} 不是只有“大屏”角色的账号，请先建立一个",
            f"{login!r} is not an account whose only role is {ROLE!r}; make one first",
        )
    if not label.strip():
        raise Unfit("请写明大屏所在位置", "say where the machine stands")
    try:
        place = str(ip_address(address.strip()))
    except ValueError as error:
        raise Unfit(
            "请填写一个 IP 地址，例如 10.0.3.20", f"{address!r} is not one IP address, such as 10.0.3.20"
        ) from error
    token = secrets.token_urlsafe(32)
    made = (
        insert(KIOSK)
        .values(
            label=label.strip()[:60],
            token_hash=hash_of(token),
            address=place,
            account_id=account.id,
            # A hall has visitors.
            masked=True,
            created_by=by,
            created_at=at,
            ends_at=at + LASTS,
        )
        .returning(KIOSK.c.id)
    )
    number = connection.execute(made).scalar_one()
    detail = {"address": place, "account": login, "label": label}
    record(connection, at=at, actor=by, action="wall.allow", object=f"kiosk/{number}", detail=detail)
    return token


def enter(connection: Connection, token: str, at: datetime, origin: Origin) -> str | Refused:
    """Open the machine's session and end the one before; the session's number, or why not."""
    row = connection.execute(select(KIOSK).where(KIOSK.c.token_hash == hash_of(token))).one_or_none()
    if row is None:
        return Refused("unknown")
    reason = _refusal(row, at, origin.address)
    if reason:
        detail = {"reason": reason, "address": origin.address}
        record(
            connection, at=at, actor=f"kiosk/{row.id}", action="wall.refused", object=f"kiosk/{row.id}", detail=detail
        )
        return Refused(reason)
    if row.session_hash:
        connection.execute(delete(SESSION).where(SESSION.c.id_hash == row.session_hash))
    session = open_session(connection, row.account_id, at, origin, KIOSK_STAGE, row.ends_at)
    connection.execute(update(KIOSK).where(KIOSK.c.id == row.id).values(session_hash=hash_of(session), opened_at=at))
    detail = {"address": origin.address}
    record(connection, at=at, actor=f"kiosk/{row.id}", action="wall.enter", object=f"kiosk/{row.id}", detail=detail)
    return session


def revoke(connection: Connection, number: int, by: str, at: datetime) -> None:
    """End a machine: its address opens nothing any more, and what it shows now goes dark."""
    row = _one(connection, number)
    if row.revoked_at is not None:
        raise Stale(f"kiosk {number}")
    connection.execute(update(KIOSK).where(KIOSK.c.id == number).values(revoked_at=at, revoked_by=by))
    connection.execute(delete(SESSION).where(SESSION.c.id_hash == row.session_hash))
    record(connection, at=at, actor=by, action="wall.revoke", object=f"kiosk/{number}", detail={"label": row.label})


def mask_machine(connection: Connection, number: int, masked: bool, by: str, at: datetime) -> None:
    """Mask the names on a machine's screen, or show them."""
    _one(connection, number)
    connection.execute(update(KIOSK).where(KIOSK.c.id == number).values(masked=masked))
    record(connection, at=at, actor=by, action="wall.mask", object=f"kiosk/{number}", detail={"masked": masked})


def mask_session(connection: Connection, token: str, masked: bool, by: str, at: datetime) -> None:
    """Mask the names on one's own screen, or show them."""
    mine = hash_of(token)
    connection.execute(delete(WALL_MASK).where(WALL_MASK.c.session_hash == mine))
    if masked:
        connection.execute(insert(WALL_MASK).values(session_hash=mine, by=by, at=at))
    record(connection, at=at, actor=by, action="wall.mask", object=f"session/{mine[:12]}", detail={"masked": masked})


def is_masked(connection: Connection, token: str) -> bool:
    """Whether names are masked on the screen of this session."""
    mine = hash_of(token)
    machine = connection.execute(select(KIOSK.c.masked).where(KIOSK.c.session_hash == mine)).scalar()
    if machine is not None:
        return bool(machine)
    return connection.execute(select(WALL_MASK.c.at).where(WALL_MASK.c.session_hash == mine)).first() is not None


def _one(connection: Connection, number: int) -> Row[Any]:
    row = connection.execute(select(KIOSK).where(KIOSK.c.id == number)).one_or_none()
    if row is None:
        raise Unknown(f"kiosk {number}")
    return row


def _refusal(row: Row[Any], at: datetime, address: str) -> str | None:
    if row.revoked_at is not None:
        return "revoked"
    if row.ends_at <= at:
        return "ended"
    return None if hmac.compare_digest(row.address, address) else "another address"
