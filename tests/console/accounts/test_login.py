"""Logging in."""

from __future__ import annotations

import pyotp
from sqlalchemy import select, update

from console.accounts.login import (
    MOST_PER_LOGIN_AND_ADDRESS,
    TOO_MANY,
    WRONG,
    Entered,
    NeedsCode,
    Refused,
    give_code,
    log_in,
)
from console.accounts.passwords import hash_password
from console.accounts.sessions import Origin, find
from console.accounts.tables import ACCOUNT
from console.audit.tables import AUDIT_ENTRY
from tests.console.deskside import Table

HERE = Origin("192.0.2.1", "test")
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
PASSWORD = "tiger-peak-77"


def with_password(table: Table, **values: object) -> Table:
    table.account("lead", login="dawa")
    with table.desk.engine.begin() as connection:
        connection.execute(update(ACCOUNT).values(password_hash=hash_password(PASSWORD), **values))
    return table


def enter(table: Table, password: str, login: str = "dawa", origin: Origin = HERE) -> Entered | NeedsCode | Refused:
    return log_in(table.desk.engine, login, password, table.clock(), origin)


def test_the_right_password_opens_a_session_and_is_audited(table: Table) -> None:
    result = enter(with_password(table), PASSWORD, login=" Dawa ")

    assert isinstance(result, Entered)
    with table.desk.engine.connect() as connection:
        assert find(connection, result.token, table.clock())
        assert connection.execute(select(AUDIT_ENTRY.c.action)).scalars().all() == ["account.log_in"]


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(table: Table) -> None:
    with_password(table)

    assert enter(table, "wrong") == enter(table, "wrong", login="nobody") == Refused(WRONG)


def test_a_closed_account_stays_out(table: Table) -> None:
    assert enter(with_password(table, active=False), PASSWORD) == Refused(WRONG)


def test_guessing_is_limited_for_that_name_from_that_address(table: Table) -> None:
    with_password(table)
    for _ in range(MOST_PER_LOGIN_AND_ADDRESS):
        assert enter(table, "wrong") == Refused(WRONG)

    assert enter(table, PASSWORD) == Refused(TOO_MANY, limited=True)
    assert isinstance(enter(table, PASSWORD, origin=Origin("192.0.2.2", "test")), Entered)
    table.clock.pass_by(minutes=16)
    assert isinstance(enter(table, PASSWORD), Entered)


def test_with_a_second_factor_the_password_alone_opens_nothing(table: Table) -> None:
    result = enter(with_password(table, totp_secret=SECRET), PASSWORD)
    assert isinstance(result, NeedsCode)

    browser = table.browser()
    browser.cookies.set("gongga_session", result.token)

    assert browser.get("/").status_code == 303


def test_the_code_opens_a_new_session_once(table: Table) -> None:
    first = enter(with_password(table, totp_secret=SECRET), PASSWORD)
    assert isinstance(first, NeedsCode)
    code = pyotp.TOTP(SECRET).at(table.clock())

    entered = give_code(table.desk.engine, first.token, code, table.clock(), HERE)

    assert isinstance(entered, Entered)
    assert entered.token != first.token
    assert give_code(table.desk.engine, first.token, code, table.clock(), HERE) is None
    again = enter(table, PASSWORD)
    assert isinstance(again, NeedsCode)
    assert isinstance(give_code(table.desk.engine, again.token, code, table.clock(), HERE), Refused)
