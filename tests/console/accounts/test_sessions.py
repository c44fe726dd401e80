"""Server-side sessions."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from console.accounts import sessions
from console.accounts.sessions import ABSOLUTE, IDLE, KIOSK_STAGE, Origin, close_all, find, open_session, rotate, touch
from console.accounts.tables import SESSION
from tests.console.deskside import Table
from tests.factories import NOON

HERE = Origin("192.0.2.1", "test")


def test_the_number_is_never_stored(table: Table) -> None:
    account = table.account("lead")
    with table.desk.engine.begin() as connection:
        token = open_session(connection, account, NOON, HERE)
        stored = connection.execute(select(SESSION)).one()

    assert token not in [str(value) for value in stored]
    assert stored.id_hash == sessions.hash_of(token)
    assert len(token) >= 43


def test_a_session_ends_when_idle_too_long(table: Table) -> None:
    account = table.account("lead")
    with table.desk.engine.begin() as connection:
        token = open_session(connection, account, NOON, HERE)

        assert find(connection, token, NOON + IDLE - timedelta(seconds=1))
        assert find(connection, token, NOON + IDLE) is None


def test_a_session_ends_after_twelve_hours_however_busy(table: Table) -> None:
    account = table.account("lead")
    with table.desk.engine.begin() as connection:
        token = open_session(connection, account, NOON, HERE)
        touch(connection, token, NOON + ABSOLUTE - timedelta(minutes=1))

        assert find(connection, token, NOON + ABSOLUTE - timedelta(seconds=1))
        assert find(connection, token, NOON + ABSOLUTE) is None


def test_rotating_gives_a_new_number_and_ends_the_old_one(table: Table) -> None:
    account = table.account("lead")
    with table.desk.engine.begin() as connection:
        old = open_session(connection, account, NOON, HERE, "code")
        new = rotate(connection, old, NOON, HERE)

        assert new not in (None, old)
        assert find(connection, old, NOON) is None
        assert rotate(connection, old, NOON, HERE) is None


def test_all_sessions_can_be_ended_but_one(table: Table) -> None:
    account = table.account("lead")
    with table.desk.engine.begin() as connection:
        tokens = [open_session(connection, account, NOON, HERE) for _ in range(3)]

        assert close_all(connection, account, keep=tokens[0]) == 2
        assert find(connection, tokens[0], NOON)
        assert find(connection, tokens[1], NOON) is None


def test_a_machines_session_outlives_idling_but_not_its_end(table: Table) -> None:
    account = table.account("screen")
    end = NOON + timedelta(days=30)
    with table.desk.engine.begin() as connection:
        token = sessions.open_session(connection, account, NOON, Origin("10.0.3.20", "x"), KIOSK_STAGE, end)
        assert sessions.find(connection, token, NOON + timedelta(days=29)) is not None
        assert sessions.find(connection, token, end) is None
