"""Looking things up in the audit chain."""

from __future__ import annotations

from console.audit.chain import record
from console.audit.queries import PER_PAGE, AuditFilter, entries, known_values, total
from tests.console.deskside import Table
from tests.factories import at


def test_entries_come_newest_first_by_pages(table: Table) -> None:
    with table.desk.engine.begin() as connection:
        for number in range(PER_PAGE + 3):
            record(connection, at=at(number), actor="a", action="x", object=f"o/{number}", detail={})

        first, older = entries(connection, AuditFilter())
        rest, end = entries(connection, AuditFilter(before=older))

        assert [line.seq for line in first[:2]] == [PER_PAGE + 3, PER_PAGE + 2]
        assert [line.seq for line in rest] == [3, 2, 1]
        assert end is None
        assert total(connection) == PER_PAGE + 3


def test_entries_are_found_by_who_what_and_words(table: Table) -> None:
    with table.desk.engine.begin() as connection:
        record(
            connection, at=at(0), actor="dawa", action="alert.judge", object="alert/al-1", detail={"verdict": "误报"}
        )
        record(
            connection, at=at(1), actor="zhaxi", action="incident.note", object="incident/1", detail={"text": "100%"}
        )

        def found(**wanted: str) -> list[int]:
            return [line.seq for line in entries(connection, AuditFilter(**wanted))[0]]

        assert found(actor="dawa") == [1]
        assert found(action="incident.note") == [2]
        assert found(text="误报") == [1]
        assert found(text="100%") == [2]
        assert found(text="%") == [2]
        assert known_values(connection) == (["dawa", "zhaxi"], ["alert.judge", "incident.note"])
