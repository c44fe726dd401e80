"""Tokens of links."""

from __future__ import annotations

import pytest

from console.notices.drafting import draft_for_findings
from console.notices.links import LinkGone, TooOften, hash_of, make, revoke, use
from console.notices.records import get
from tests.console.deskdata import finding
from tests.console.deskside import Table, two_counties
from tests.factories import NOON, at


def test_a_link_opens_until_it_ends_and_counts_its_uses(table: Table) -> None:
    two_counties(table)
    one = finding(table.desk.engine, 1)
    with table.desk.engine.begin() as connection:
        row = get(connection, draft_for_findings(connection, "hazard", [one], "editor", NOON))
        token = make(connection, row, "U-1", "editor", NOON)
        assert use(connection, token, at(1)).unit_id == "U-1"
        for number in range(29):
            use(connection, token, at(2 + number))
        with pytest.raises(TooOften):
            use(connection, token, at(40))
        assert use(connection, token, at(62)).uses == 30
        with pytest.raises(LinkGone):
            use(connection, token, at(40 * 86400))
        assert revoke(connection, row.id, "editor", at(70)) == 1
        with pytest.raises(LinkGone):
            use(connection, token, at(71))
        with pytest.raises(LinkGone):
            use(connection, token[:-1], at(71))


def test_a_hash_says_nothing_of_its_token() -> None:
    assert hash_of("a") != hash_of("b")
    assert len(hash_of("a")) == 64
