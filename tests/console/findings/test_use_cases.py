"""What people do to findings, without a browser."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from analytics.lifecycle import Stale, Unknown
from console.accounts.viewer import Viewer
from console.findings.queries import moves, one
from console.findings.use_cases import move
from tests.console.deskdata import finding
from tests.console.deskside import table_in
from tests.factories import NOON

LEAD = Viewer("a", "lead", "组长", frozenset({"lead"}), None, None, "zh", "token")
STRANGER = Viewer("b", "x", "x", frozenset({"analyst"}), frozenset(), frozenset({"U-9"}), "zh", "t")


def test_a_risk_is_accepted_only_until_a_day_to_come(tmp_path: Path) -> None:
    table = table_in(tmp_path)
    finding(table.desk.engine, 1)

    with pytest.raises(ValueError, match="a day on which it ends"):
        move(table.desk, LEAD, "fi-0001", "accepted", "老系统", 1, NOON)
    move(table.desk, LEAD, "fi-0001", "accepted", "老系统", 1, NOON + timedelta(days=9))

    with table.desk.reads.connect() as connection:
        row = one(connection, LEAD, "fi-0001")
        life = moves(connection, "fi-0001")
    assert row is not None
    assert (row.state, row.accepted_until) == ("accepted", NOON + timedelta(days=9))
    assert [(step.state_from, step.state_to, step.by) for step in life] == [("new", "accepted", "lead")]


def test_nobody_moves_a_finding_outside_his_scope_or_one_he_has_not_seen_as_it_is(tmp_path: Path) -> None:
    table = table_in(tmp_path)
    finding(table.desk.engine, 1)

    with pytest.raises(Unknown):
        move(table.desk, STRANGER, "fi-0001", "confirmed", "看过了", 1)
    with pytest.raises(Stale):
        move(table.desk, LEAD, "fi-0001", "confirmed", "看过了", 5)
