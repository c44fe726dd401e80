"""The audit page."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from console.audit import routes
from console.audit.chain import record
from console.audit.tables import AUDIT_ENTRY
from tests.console.deskside import Table
from tests.factories import at


def filled(table: Table, entries: int = 60) -> Table:
    with table.desk.engine.begin() as connection:
        for number in range(entries):
            record(connection, at=at(number), actor="dawa", action="x", object=f"o/{number}", detail={"n": number})
    return table


def test_the_page_shows_the_head_and_pages_through(table: Table) -> None:
    seat = filled(table).seat("auditor")

    page = seat.get("/audit?actor=dawa").text

    assert "校验通过" in page
    assert "共 60 条" in page
    assert 'href="/audit?actor=dawa&amp;before=11"' in page
    assert "o/9<" in seat.get("/audit?actor=dawa&before=11").text


def test_a_broken_chain_is_said_loudly(table: Table) -> None:
    seat = filled(table, 4).seat("auditor")
    with table.desk.engine.begin() as connection:
        connection.execute(update(AUDIT_ENTRY).where(AUDIT_ENTRY.c.seq == 2).values(actor="nobody"))

    assert "审计链在第 2 条断裂" in seat.get("/audit").text
    assert seat.get("/api/v1/audit/chain").json() == {
        "verified": False,
        "seq": 2,
        "reason": "entry 2 does not match its hash",
    }


def test_a_long_chain_is_checked_at_its_end_and_whole_when_asked(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routes, "CHECKED_AT_ONCE", 10)
    seat = filled(table).seat("auditor")

    assert "本页只校验第 50 条之后" in seat.get("/audit").text
    assert "本页只校验" not in seat.get("/audit?whole=true").text


def test_the_api_gives_entries_with_their_hashes(table: Table) -> None:
    seat = filled(table).seat("auditor")

    first = seat.get("/api/v1/audit").json()

    assert first["entries"][0]["detail"] == {"n": 59}
    assert len(first["entries"][0]["sm3"]) == 64
    assert seat.get(f"/api/v1/audit?before={first['before']}").json()["before"] is None
    assert seat.get("/api/v1/audit/chain").json()["verified"] is True
