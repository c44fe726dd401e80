"""Shares that wait, on the workbench."""

from __future__ import annotations

from analytics.intel.records import indicator_id
from console.accounts.viewer import Viewer
from console.intelligence.exchange import accept
from console.intelligence.sharing import Wish, propose
from console.intelligence.todo import shares_todo
from tests.console.deskside import Table
from tests.factories import NOON
from tests.intel_values import bundle, indicator, stix_id


def test_a_proposal_waits_for_everybody_who_releases_but_its_author(table: Table) -> None:
    def person(login: str, role: str) -> Viewer:
        return Viewer(login, login, login, frozenset({role}), None, None, "zh", "x")

    with table.desk.engine.begin() as connection:
        accept(connection, bundle(indicator(1)), "别处", "公开", NOON)
    author = person("lead", "lead")
    share = propose(table.desk, author, Wish((indicator_id(stix_id(1)),), "province", "内部"), "省里需要")

    with table.desk.reads.begin() as connection:
        assert shares_todo(connection, author, NOON) == []
        assert shares_todo(connection, person("a", "analyst"), NOON) == ()
        (line,) = shares_todo(connection, person("c", "commander"), NOON)
    assert line.href.endswith(share)
