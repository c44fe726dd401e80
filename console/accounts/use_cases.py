"""Everything that can be done to an account: one function, one transaction, one audit entry."""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Engine, Row, delete, func, insert, select, update

from analytics.db import reader
from console.accounts import sessions
from console.accounts.passwords import fault_of, hash_password, one_time_password, verify_password
from console.accounts.permissions import APART, ROLES
from console.accounts.sessions import Origin
from console.accounts.tables import ACCOUNT, ACCOUNT_GRANT, SESSION
from console.accounts.totp import accepted_step, is_secret
from console.audit.chain import record
from console.web.i18n import mark

_LOGIN: Final = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")
# Who works at the machine itself, by the command line.
AT_THE_MACHINE: Final = "machine"


class AccountError(ValueError):
    """The account cannot be changed like this; the message, a source string, says why."""


@dataclass(frozen=True, slots=True)
class Grants:
    """Roles, each over the same scope: counties and units, or (neither) the whole prefecture."""

    roles: frozenset[str]
    counties: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()


def create_first_account(
    engine: Engine,
    at: datetime,
    login: str = "duty",
    name: str = "值班长",
    roles: frozenset[str] = frozenset({"analyst", "lead"}),
) -> str | None:
    """Make the first account, over the whole prefecture; its one-time password, or None when accounts exist."""
    with engine.begin() as connection:
        if connection.execute(select(func.count()).select_from(ACCOUNT)).scalar_one():
            return None
        return _create(connection, login, name, Grants(roles), at, AT_THE_MACHINE)


def create_account(engine: Engine, login: str, name: str, grants: Grants, at: datetime, actor: str) -> str:
    """Make an account and return its one-time password."""
    with engine.begin() as connection:
        return _create(connection, login.strip().lower(), name.strip(), grants, at, actor)


def set_grants(engine: Engine, login: str, grants: Grants, at: datetime, actor: str) -> None:
    """Replace the roles and the scope of an account."""
    with engine.begin() as connection:
        account = _existing(connection, login)
        _write_grants(connection, account.id, grants)
        record(connection, at=at, actor=actor, action="account.grant", object=f"account/{login}", detail=_plain(grants))


def reset_password(engine: Engine, login: str, at: datetime, actor: str) -> str:
    """Give an account a one-time password; its sessions and its second factor end."""
    with engine.begin() as connection:
        account = _existing(connection, login)
        password = one_time_password()
        connection.execute(
            update(ACCOUNT)
            .where(ACCOUNT.c.id == account.id)
            .values(
                password_hash=hash_password(password),
                must_change=True,
                password_at=at,
                totp_secret=None,
                totp_step=None,
            )
        )
        sessions.close_all(connection, account.id)
        record(connection, at=at, actor=actor, action="account.reset", object=f"account/{login}", detail={})
        return password


def set_active(engine: Engine, login: str, active: bool, at: datetime, actor: str) -> None:
    """Close an account, with all its sessions, or open it again."""
    with engine.begin() as connection:
        account = _existing(connection, login)
        if not active and login == actor:
            raise AccountError(mark("不能停用自己的账号"))
        connection.execute(update(ACCOUNT).where(ACCOUNT.c.id == account.id).values(active=active))
        if not active:
            sessions.close_all(connection, account.id)
        action = "account.open" if active else "account.close"
        record(connection, at=at, actor=actor, action=action, object=f"account/{login}", detail={})


def change_password(engine: Engine, login: str, current: str, new: str, at: datetime, origin: Origin) -> str:
    """Change one's own password: other sessions end, this one gets a new number, which is returned."""
    with reader(engine).connect() as connection:
        account = _existing(connection, login)
    if not verify_password(account.password_hash, current):
        raise AccountError(mark("现口令不正确"))
    if new == current:
        raise AccountError(mark("新口令不能与现口令相同"))
    fault = fault_of(new, login)
    if fault:
        raise AccountError(fault)
    hashed = hash_password(new)
    with engine.begin() as connection:
        connection.execute(
            update(ACCOUNT)
            .where(ACCOUNT.c.id == account.id)
            .values(password_hash=hashed, must_change=False, password_at=at)
        )
        sessions.close_all(connection, account.id)
        record(connection, at=at, actor=login, action="account.password", object=f"account/{login}", detail={})
        return sessions.open_session(connection, account.id, at, origin)


def enrol_totp(
    engine: Engine, token: str, login: str, secret: str, code: str, at: datetime, origin: Origin
) -> str | None:
    """Switch on the second factor once a code proves that it was scanned; the session's new number."""
    if not is_secret(secret):
        raise AccountError(mark("密钥无效，请重新扫描"))
    step = accepted_step(secret, code, at, None)
    if step is None:
        raise AccountError(mark("动态口令不正确，请核对手机时间后重试"))
    with engine.begin() as connection:
        account = _existing(connection, login)
        connection.execute(update(ACCOUNT).where(ACCOUNT.c.id == account.id).values(totp_secret=secret, totp_step=step))
        record(connection, at=at, actor=login, action="account.totp_on", object=f"account/{login}", detail={})
        return sessions.rotate(connection, token, at, origin)


def remove_totp(engine: Engine, login: str, current: str, at: datetime) -> None:
    """Switch off one's own second factor, against the password."""
    with reader(engine).connect() as connection:
        account = _existing(connection, login)
    if not verify_password(account.password_hash, current):
        raise AccountError(mark("现口令不正确"))
    with engine.begin() as connection:
        connection.execute(update(ACCOUNT).where(ACCOUNT.c.id == account.id).values(totp_secret=None, totp_step=None))
        record(connection, at=at, actor=login, action="account.totp_off", object=f"account/{login}", detail={})


def close_own_session(engine: Engine, account_id: str, login: str, id_hash: str, at: datetime) -> bool:
    """End one of one's own sessions; False when there is no such session."""
    with engine.begin() as connection:
        mine = (SESSION.c.id_hash == id_hash, SESSION.c.account_id == account_id)
        if not connection.execute(delete(SESSION).where(*mine)).rowcount:
            return False
        record(connection, at=at, actor=login, action="account.session_close", object=f"account/{login}", detail={})
        return True


def set_language(engine: Engine, token: str, language: str, at: datetime) -> bool:
    """Keep the language that a logged-in person chose; False when the session has ended."""
    with engine.begin() as connection:
        row = sessions.find(connection, token, at)
        if row is None:
            return False
        connection.execute(update(ACCOUNT).where(ACCOUNT.c.id == row.account_id).values(language=language))
        login, detail = row.account_login, {"language": language}
        record(connection, at=at, actor=login, action="account.language", object=f"account/{login}", detail=detail)
        return True


def fault_of_grants(grants: Grants) -> str | None:
    """What is wrong with roles and scope, as a source string; None when nothing is."""
    apart = bool(grants.roles & APART)
    faults = (
        (not grants.roles, mark("至少需要一个角色")),
        (not grants.roles <= ROLES.keys(), mark("没有这个角色")),
        (apart and len(grants.roles) > 1, mark("三员分立：审计员、管理员不能兼任其他角色")),
        (apart and bool(grants.counties or grants.units), mark("审计员、管理员不设业务范围")),
        ("county" in grants.roles and not grants.counties, mark("县级联络员必须指定县域")),
        ("owner" in grants.roles and not grants.units, mark("责任单位账号必须指定单位")),
    )
    return next((words for wrong, words in faults if wrong), None)


def _create(connection: Connection, login: str, name: str, grants: Grants, at: datetime, actor: str) -> str:
    if not _LOGIN.fullmatch(login):
        raise AccountError(mark("账号须为 2–40 位小写字母、数字或 . _ -，以字母或数字开头"))
    if not name or len(name) > 60:
        raise AccountError(mark("姓名须为 1–60 个字"))
    if connection.execute(select(ACCOUNT.c.id).where(ACCOUNT.c.login == login)).first():
        raise AccountError(mark("账号已存在"))
    password = one_time_password()
    account_id = f"ac-{secrets.token_hex(8)}"
    connection.execute(
        insert(ACCOUNT).values(
            id=account_id,
            login=login,
            name=name,
            password_hash=hash_password(password),
            must_change=True,
            password_at=at,
            active=True,
            created_at=at,
        )
    )
    _write_grants(connection, account_id, grants)
    detail = {"name": name, **_plain(grants)}
    record(connection, at=at, actor=actor, action="account.create", object=f"account/{login}", detail=detail)
    return password


def _write_grants(connection: Connection, account_id: str, grants: Grants) -> None:
    fault = fault_of_grants(grants)
    if fault:
        raise AccountError(fault)
    scopes: Collection[tuple[str | None, str | None]] = [
        *((county, None) for county in sorted(grants.counties)),
        *((None, unit) for unit in sorted(grants.units)),
    ] or [(None, None)]
    connection.execute(delete(ACCOUNT_GRANT).where(ACCOUNT_GRANT.c.account_id == account_id))
    connection.execute(
        insert(ACCOUNT_GRANT),
        [
            {"account_id": account_id, "role": role, "county": county, "unit_id": unit}
            for role in sorted(grants.roles)
            for county, unit in scopes
        ],
    )


def _existing(connection: Connection, login: str) -> Row[Any]:
    account = connection.execute(select(ACCOUNT).where(ACCOUNT.c.login == login)).first()
    if account is None:
        raise AccountError(mark("没有这个账号"))
    return account


def _plain(grants: Grants) -> dict[str, list[str]]:
    return {"roles": sorted(grants.roles), "counties": sorted(grants.counties), "units": sorted(grants.units)}
