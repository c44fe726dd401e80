"""Beginning and ending."""

from __future__ import annotations

import pytest

from console.exercise.use_cases import begin, finish
from tests.console.deskside import Table
from tests.console.response.test_levels import LEAD


def test_what_does_not_go_leaves_no_entry(table: Table) -> None:
    with pytest.raises(ValueError, match="no exercise runs"):
        finish(table.desk, LEAD)
    first = begin(table.desk, LEAD, " 春季演练 ")
    with pytest.raises(ValueError, match="still runs"):
        begin(table.desk, LEAD, "又一次")

    assert first.row.name == "春季演练"
    assert finish(table.desk, LEAD).row.ended_by == "lead"
