"""The audit chain."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy import Connection, delete, insert, select, update

from console.audit.chain import Broken, Verified, record, sm3_of, verify
from console.audit.tables import AUDIT_ENTRY
from tests.console.deskside import Table
from tests.factories import at


def filled(connection: Connection, entries: int = 5) -> None:
    for number in range(entries):
        record(
            connection,
            at=at(number),
            actor="dawa",
            action="alert.judge",
            object=f"alert/al-{number}",
            detail={"verdict": "属实", "z": 1, "a": [number]},
        )


def test_sm3_gives_the_vectors_of_the_standard() -> None:
    # GB/T 32905-2016, appendix A
    assert sm3_of(b"abc") == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert sm3_of(b"abcd" * 16) == "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"


def test_a_chain_that_nobody_touched_verifies(table: Table) -> None:
    with table.desk.engine.begin() as connection:
        filled(connection)
        state = verify(connection)

        last = connection.execute(select(AUDIT_ENTRY).order_by(AUDIT_ENTRY.c.seq.desc()).limit(1)).one()
    assert state == Verified(5, last.sha256, last.sm3)


@pytest.mark.parametrize("column", ["at", "actor", "action", "object", "detail", "sha256", "sm3"])
def test_a_changed_entry_is_found_where_it_stands(table: Table, column: str) -> None:
    with table.desk.engine.begin() as connection:
        filled(connection)
        old = connection.execute(select(AUDIT_ENTRY.c[column]).where(AUDIT_ENTRY.c.seq == 3)).scalar_one()
        tampered = ("0" if old[-1] != "0" else "1").join((old[:-1], ""))
        connection.execute(update(AUDIT_ENTRY).where(AUDIT_ENTRY.c.seq == 3).values({column: tampered}))

        assert verify(connection) == Broken(3, "entry 3 does not match its hash")


def test_a_removed_entry_is_missed(table: Table) -> None:
    with table.desk.engine.begin() as connection:
        filled(connection)
        connection.execute(delete(AUDIT_ENTRY).where(AUDIT_ENTRY.c.seq == 2))

        assert verify(connection) == Broken(2, "entry 2 is missing")


def test_an_entry_put_in_with_a_hash_of_its_own_breaks_the_next(table: Table) -> None:
    with table.desk.engine.begin() as connection:
        filled(connection)
        rows = [dict(row._mapping) for row in connection.execute(select(AUDIT_ENTRY).order_by(AUDIT_ENTRY.c.seq))]
        connection.execute(delete(AUDIT_ENTRY).where(AUDIT_ENTRY.c.seq >= 3))
        record(connection, at=at(2), actor="dawa", action="alert.judge", object="alert/other", detail={})
        connection.execute(insert(AUDIT_ENTRY), rows[3:])

        assert verify(connection) == Broken(4, "entry 4 does not match its hash")


def test_the_end_of_a_chain_can_be_checked_alone(table: Table) -> None:
    with table.desk.engine.begin() as connection:
        filled(connection)
        whole = verify(connection)
        connection.execute(update(AUDIT_ENTRY).where(AUDIT_ENTRY.c.seq == 2).values(actor="nobody"))

        assert verify(connection, after=3) == whole
        assert verify(connection) == Broken(2, "entry 2 does not match its hash")
        assert verify(connection, after=9) == Broken(9, "entry 9 is missing")


def test_an_entry_goes_with_the_change_it_belongs_to(table: Table) -> None:
    with table.desk.engine.connect() as connection:
        with connection.begin() as transaction:
            filled(connection, 2)
            transaction.rollback()
        with connection.begin():
            filled(connection, 1)

            assert isinstance(verify(connection), Verified)


def test_the_moment_is_written_in_utc_whatever_the_zone(table: Table) -> None:
    there = datetime(2026, 11, 23, 20, 0, tzinfo=timezone(timedelta(hours=8)))
    with table.desk.engine.begin() as connection:
        record(connection, at=there, actor="a", action="b", object="c", detail={})

        assert connection.execute(select(AUDIT_ENTRY.c.at)).scalar_one() == "2026-11-23T12:00:00.000000+00:00"
