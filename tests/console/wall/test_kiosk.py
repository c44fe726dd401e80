"""Machines in the hall."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from analytics.lifecycle import Stale, Unknown
from console.accounts.sessions import Origin, find
from console.accounts.tables import SESSION
from console.audit.tables import AUDIT_ENTRY
from console.wall import kiosk
from console.wall.kiosk import LASTS, Refused, is_masked
from tests.console.deskside import Table
from tests.factories import NOON

HALL = Origin("10.0.3.20", "screen")


@pytest.fixture
def token(table: Table) -> str:
    table.account("screen", login="hall")
    table.account("screen", "analyst", login="both")
    with table.desk.engine.begin() as connection:
        return kiosk.allow(connection, "hall", "值班大厅", "10.0.3.20", "admin", NOON)


def enter(table: Table, token: str, later: timedelta = timedelta(0), origin: Origin = HALL) -> str | Refused:
    with table.desk.engine.begin() as connection:
        return kiosk.enter(connection, token, NOON + later, origin)


def lives(table: Table, session: Any, later: timedelta) -> bool:
    with table.desk.engine.begin() as connection:
        return find(connection, session, NOON + later) is not None


def test_the_session_never_idles_out_and_ends_after_thirty_days(table: Table, token: str) -> None:
    session = enter(table, token)

    assert lives(table, session, LASTS - timedelta(minutes=1))
    assert not lives(table, session, LASTS)
    assert enter(table, token, LASTS) == Refused("ended")


def test_from_another_address_it_opens_nothing_and_that_is_written_down(table: Table, token: str) -> None:
    assert enter(table, token, origin=Origin("10.0.3.21", "x")) == Refused("another address")
    with table.desk.engine.connect() as connection:
        newest = connection.execute(select(AUDIT_ENTRY).order_by(AUDIT_ENTRY.c.seq.desc()).limit(1)).one()
    assert (newest.action, newest.object) == ("wall.refused", "kiosk/1")
    assert "10.0.3.21" in newest.detail


def test_an_unknown_token_opens_nothing(table: Table) -> None:
    assert enter(table, "guess") == Refused("unknown")


def test_opening_it_again_ends_the_session_before(table: Table, token: str) -> None:
    first, second = enter(table, token), enter(table, token)

    assert not lives(table, first, timedelta(0))
    assert lives(table, second, timedelta(0))


def test_a_revoked_machine_goes_dark_at_once(table: Table, token: str) -> None:
    session = enter(table, token)
    with table.desk.engine.begin() as connection:
        kiosk.revoke(connection, 1, "admin", NOON)

    assert not lives(table, session, timedelta(0))
    assert enter(table, token) == Refused("revoked")
    with table.desk.engine.begin() as connection, pytest.raises(Stale):
        kiosk.revoke(connection, 1, "admin", NOON)


@pytest.mark.parametrize(
    ("login", "label", "address", "said"),
    [
        ("nobody", "大厅", "10.0.3.20", "only role is 'screen'"),
        ("both", "大厅", "10.0.3.20", "only role is 'screen'"),
        ("hall", " ", "10.0.3.20", "where the machine stands"),
        ("hall", "大厅", "10.0.3.0/24", "not one IP address"),
    ],
)
def test_a_machine_that_makes_no_sense_is_refused_in_one_sentence(
    table: Table, token: str, login: str, label: str, address: str, said: str
) -> None:
    with table.desk.engine.begin() as connection, pytest.raises(ValueError, match=said):
        kiosk.allow(connection, login, label, address, "admin", NOON)
    with table.desk.engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(kiosk.KIOSK)).scalar() == 1


def test_a_machine_begins_masked_and_a_person_does_not(table: Table, token: str) -> None:
    session = enter(table, token)
    assert isinstance(session, str)
    with table.desk.engine.begin() as connection:
        assert is_masked(connection, session)
        kiosk.mask_machine(connection, 1, False, "lead", NOON)
        assert not is_masked(connection, session)
        kiosk.mask_session(connection, "mine", True, "lead", NOON)
        assert is_masked(connection, "mine")
        kiosk.mask_session(connection, "mine", False, "lead", NOON)
        assert not is_masked(connection, "mine")
        with pytest.raises(Unknown):
            kiosk.mask_machine(connection, 9, True, "lead", NOON)


def test_another_log_in_does_not_sweep_a_machines_session_away(table: Table, token: str) -> None:
    enter(table, token)
    table.clock.pass_by(hours=2)
    table.seat("lead")

    with table.desk.engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(SESSION)).scalar() == 2
