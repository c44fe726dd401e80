"""Logging in: the password, the second factor, and the limit on guessing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Engine, Row, delete, func, insert, select, update

from analytics.db import reader
from console.accounts import sessions
from console.accounts.passwords import verify_password
from console.accounts.sessions import Origin
from console.accounts.tables import ACCOUNT, LOGIN_FAILURE
from console.accounts.totp import accepted_step
from console.audit.chain import record
from console.web.i18n import mark

WINDOW: Final = timedelta(minutes=15)
MOST_PER_LOGIN_AND_ADDRESS: Final = 5
MOST_PER_ADDRESS: Final = 30
MOST_PER_LOGIN: Final = 50

WRONG: Final = mark("账号或口令不正确")
WRONG_CODE: Final = mark("动态口令不正确或已使用过，请等待下一组数字")
TOO_MANY: Final = mark("尝试次数过多，请 15 分钟后再试")


@dataclass(frozen=True, slots=True)
class Entered:
    """The session is open; `token` goes into the cookie."""

    token: str


@dataclass(frozen=True, slots=True)
class NeedsCode:
    """The password was right; the code is still owed."""

    token: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Not let in; the reason never tells whether the account exists."""

    reason: str
    limited: bool = False


def log_in(
    engine: Engine, login: str, password: str, at: datetime, origin: Origin, old: str | None = None
) -> Entered | NeedsCode | Refused:
    """Check a name and a password. Whatever session the browser had before ends."""
    login = login.strip().lower()
    with reader(engine).connect() as connection:
        limited = _too_many(connection, login, origin.address, at)
        account = None if limited else _account(connection, login)
    if limited:
        return Refused(TOO_MANY, limited=True)
    # Outside any transaction: hashing takes long on purpose, and others want to write.
    if not verify_password(account.password_hash if account else None, password) or account is None:
        with engine.begin() as connection:
            _failed(connection, login, at, origin)
        return Refused(WRONG)
    with engine.begin() as connection:
        if old:
            sessions.close_session(connection, old)
        stage = "code" if account.totp_secret else "full"
        token = sessions.open_session(connection, account.id, at, origin, stage)
        if stage == "full":
            _entered(connection, account, at, origin)
        return NeedsCode(token) if stage == "code" else Entered(token)


def give_code(engine: Engine, token: str, code: str, at: datetime, origin: Origin) -> Entered | Refused | None:
    """Check the second factor of a half-open session; None when there is no such session."""
    with engine.begin() as connection:
        row = sessions.find(connection, token, at)
        if row is None or row.session_stage != "code":
            return None
        account = _account(connection, row.account_login)
        assert account is not None
        if _too_many(connection, account.login, origin.address, at):
            return Refused(TOO_MANY, limited=True)
        step = accepted_step(account.totp_secret, code, at, account.totp_step)
        if step is None:
            _failed(connection, account.login, at, origin)
            return Refused(WRONG_CODE)
        connection.execute(update(ACCOUNT).where(ACCOUNT.c.id == account.id).values(totp_step=step))
        fresh = sessions.rotate(connection, token, at, origin)
        assert fresh is not None
        _entered(connection, account, at, origin)
        return Entered(fresh)


def log_out(engine: Engine, token: str, actor: str, at: datetime) -> None:
    """End the session."""
    with engine.begin() as connection:
        sessions.close_session(connection, token)
        record(connection, at=at, actor=actor, action="account.log_out", object=f"account/{actor}", detail={})


def _account(connection: Connection, login: str) -> Row[Any] | None:
    return connection.execute(select(ACCOUNT).where(ACCOUNT.c.login == login, ACCOUNT.c.active)).first()


def _entered(connection: Connection, account: Row[Any], at: datetime, origin: Origin) -> None:
    mine = (LOGIN_FAILURE.c.login == account.login, LOGIN_FAILURE.c.address == origin.address)
    connection.execute(delete(LOGIN_FAILURE).where(*mine))
    record(
        connection,
        at=at,
        actor=account.login,
        action="account.log_in",
        object=f"account/{account.login}",
        detail={"address": origin.address},
    )


def _failed(connection: Connection, login: str, at: datetime, origin: Origin) -> None:
    connection.execute(delete(LOGIN_FAILURE).where(LOGIN_FAILURE.c.at <= at - WINDOW))
    connection.execute(insert(LOGIN_FAILURE).values(at=at, login=login[:40], address=origin.address[:60]))
    record(
        connection,
        at=at,
        actor="-",
        action="account.log_in_failed",
        object=f"account/{login[:40]}",
        detail={"address": origin.address},
    )


def _too_many(connection: Connection, login: str, address: str, at: datetime) -> bool:
    failures = LOGIN_FAILURE.c
    lately = failures.at > at - WINDOW
    for most, conditions in (
        (MOST_PER_LOGIN_AND_ADDRESS, (failures.login == login[:40], failures.address == address[:60])),
        (MOST_PER_ADDRESS, (failures.address == address[:60],)),
        (MOST_PER_LOGIN, (failures.login == login[:40],)),
    ):
        count = connection.execute(select(func.count()).select_from(LOGIN_FAILURE).where(lately, *conditions))
        if count.scalar_one() >= most:
            return True
    return False
