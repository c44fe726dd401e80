"""A notice changes only while it still is what was read."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from analytics.db import CHANGE
from analytics.lifecycle import IllegalMove, Stale, Unknown
from console.notices.drafting import draft_for_findings
from console.notices.records import Entry, Words, account_of, change, get, go
from console.notices.tables import NOTICE_ENTRY
from tests.console.deskdata import finding
from tests.console.deskside import Table, two_counties
from tests.factories import NOON

WORDS = Words("审核通过", "Reviewed")


def test_who_read_an_older_version_changes_nothing(table: Table) -> None:
    two_counties(table)
    one = finding(table.desk.engine, 1)
    with table.desk.engine.begin() as connection:
        old = get(connection, draft_for_findings(connection, "hazard", [one], "editor", NOON))
        new = go(connection, old, "reviewed", NOON, Entry("reviewed", WORDS, "b"))
        with pytest.raises(Stale):
            change(connection, old, NOON, title="x")
        with pytest.raises(IllegalMove):
            go(connection, new, "issued", NOON, Entry("issued", WORDS, "b"))
        kinds = connection.execute(select(NOTICE_ENTRY.c.kind).order_by(NOTICE_ENTRY.c.id)).scalars().all()
        told = connection.execute(select(CHANGE.c.ref).where(CHANGE.c.topic == "notice")).scalars().all()

    assert (new.state, new.version) == ("reviewed", 2)
    assert kinds == ["drafted", "reviewed"]
    assert told == [old.id, old.id]


def test_what_is_not_there_is_unknown(table: Table) -> None:
    with table.desk.engine.begin() as connection, pytest.raises(Unknown):
        get(connection, "no-none")
    table.account("editor")
    with table.desk.engine.begin() as connection:
        assert account_of(connection, "editor") == "ac-editor"
        assert account_of(connection, "gongga") is None
