"""What the account pages show."""

from __future__ import annotations

from datetime import timedelta

from console.accounts.queries import all_accounts, living_sessions
from tests.console.deskside import Table
from tests.factories import NOON


def test_accounts_come_with_roles_and_scope(table: Table) -> None:
    table.account("county", login="b", county="513301")
    table.account("analyst", "lead", login="a")

    with table.desk.reads.begin() as connection:
        lines = all_accounts(connection)

    assert [(line.login, line.roles, line.counties) for line in lines] == [
        ("a", ("analyst", "lead"), ()),
        ("b", ("county",), ("513301",)),
    ]


def test_only_living_sessions_are_listed(table: Table) -> None:
    table.seat("lead")

    with table.desk.reads.begin() as connection:
        assert len(living_sessions(connection, "ac-lead", NOON)) == 1
        assert living_sessions(connection, "ac-lead", NOON + timedelta(hours=1)) == []
