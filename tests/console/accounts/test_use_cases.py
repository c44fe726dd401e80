"""What can be done to accounts."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from console.accounts import use_cases
from console.accounts.login import Entered, log_in
from console.accounts.sessions import Origin
from console.accounts.tables import ACCOUNT, ACCOUNT_GRANT
from console.accounts.use_cases import AccountError, Grants, fault_of_grants
from console.audit.chain import Verified, verify
from tests.console.deskside import Table
from tests.factories import NOON

HERE = Origin("192.0.2.1", "test")


def grants(*roles: str, counties: tuple[str, ...] = (), units: tuple[str, ...] = ()) -> Grants:
    return Grants(frozenset(roles), frozenset(counties), frozenset(units))


def test_the_first_account_is_made_once(table: Table) -> None:
    password = use_cases.create_first_account(table.desk.engine, NOON)

    assert password
    assert isinstance(log_in(table.desk.engine, "duty", password, NOON, HERE), Entered)
    assert use_cases.create_first_account(table.desk.engine, NOON) is None


def test_an_account_starts_with_a_password_that_must_be_changed(table: Table) -> None:
    use_cases.create_account(table.desk.engine, "Dawa", "达瓦", grants("analyst"), NOON, "machine")

    with table.desk.engine.connect() as connection:
        account = connection.execute(select(ACCOUNT)).one()
        assert (account.login, account.must_change) == ("dawa", True)
        assert isinstance(verify(connection), Verified)


def test_a_name_is_given_once(table: Table) -> None:
    use_cases.create_account(table.desk.engine, "dawa", "达瓦", grants("analyst"), NOON, "machine")

    with pytest.raises(AccountError, match="账号已存在"):
        use_cases.create_account(table.desk.engine, "dawa", "达瓦", grants("analyst"), NOON, "machine")


@pytest.mark.parametrize(
    "wrong",
    [
        grants(),
        grants("root"),
        grants("administrator", "lead"),
        grants("auditor", "administrator"),
        grants("auditor", counties=("513301",)),
        grants("county"),
        grants("owner"),
    ],
)
def test_roles_that_must_not_go_together_are_refused(wrong: Grants) -> None:
    assert fault_of_grants(wrong)


def test_grants_are_replaced_not_added(table: Table) -> None:
    use_cases.create_account(table.desk.engine, "dawa", "达瓦", grants("lead"), NOON, "machine")
    use_cases.set_grants(table.desk.engine, "dawa", grants("county", counties=("513301", "513322")), NOON, "machine")

    with table.desk.engine.connect() as connection:
        rows = connection.execute(select(ACCOUNT_GRANT.c.role, ACCOUNT_GRANT.c.county)).all()
    assert sorted(map(tuple, rows)) == [("county", "513301"), ("county", "513322")]


def test_a_refused_change_leaves_nothing_behind(table: Table) -> None:
    with pytest.raises(AccountError):
        use_cases.create_account(table.desk.engine, "dawa", "达瓦", grants("owner"), NOON, "machine")

    with table.desk.engine.connect() as connection:
        assert connection.execute(select(ACCOUNT)).first() is None
        assert verify(connection) == Verified(0, "0" * 64, "0" * 64)


def test_a_reset_ends_the_sessions(table: Table) -> None:
    seat = table.seat("lead", login="dawa")

    use_cases.reset_password(table.desk.engine, "dawa", NOON, "machine")

    assert seat.get("/").status_code == 303


def test_a_closed_account_is_out_at_once_and_nobody_closes_themselves(table: Table) -> None:
    seat = table.seat("lead", login="dawa")

    use_cases.set_active(table.desk.engine, "dawa", False, NOON, "admin")

    assert seat.get("/").status_code == 303
    with pytest.raises(AccountError):
        use_cases.set_active(table.desk.engine, "dawa", False, NOON, "dawa")
