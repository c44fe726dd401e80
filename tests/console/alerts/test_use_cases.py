"""Verdicts, without a browser."""

from __future__ import annotations

from pathlib import Path

import pytest

from analytics.lifecycle import Unknown
from console.accounts.viewer import Viewer
from console.alerts.queries import Filter
from console.alerts.use_cases import escalate, judge, judge_all, take_back
from tests.console.deskdata import alert
from tests.console.deskside import table_in
from tests.factories import at

LEAD = Viewer("a", "lead", "组长", frozenset({"lead"}), None, None, "zh", "token")
OTHER = Viewer("b", "other", "别人", frozenset({"lead"}), None, None, "zh", "token")


def test_matched_is_changed_and_skipped(tmp_path: Path) -> None:
    desk = table_in(tmp_path).desk
    for number, status in enumerate(("new", "true", "acknowledged", "benign")):
        alert(desk.engine, number, status=status)

    done = judge_all(desk, LEAD, Filter(status=""), at(9), "true", "")

    assert (done.matched, done.changed, done.skipped) == (4, 3, 1)


def test_only_ones_own_verdicts_are_taken_back(tmp_path: Path) -> None:
    desk = table_in(tmp_path).desk
    alert(desk.engine, 1)
    judge(desk, LEAD, "al-0001", "true", "", 1)

    assert take_back(desk, OTHER, ["al-0001"]) == 0
    assert take_back(desk, LEAD, ["al-0001"]) == 1


def test_what_is_not_there_and_what_is_no_verdict_are_refused(tmp_path: Path) -> None:
    desk = table_in(tmp_path).desk
    alert(desk.engine, 1)

    with pytest.raises(Unknown):
        judge(desk, LEAD, "al-none", "true", "", 1)
    with pytest.raises(Unknown):
        escalate(desk, LEAD, "al-none", "", 1)
    with pytest.raises(ValueError, match="no verdict 'purple'"):
        judge(desk, LEAD, "al-0001", "purple", "", 1)
