from __future__ import annotations

import json

from console.notices.monthly_charts import drawn, marks_of
from console.notices.monthly_numbers import numbers
from console.papers.paper import Grid, Picture
from tests.console.deskside import Table
from tests.console.notices.monthly_records import MONTH, november


def test_charts_are_drawn_from_what_was_written_down(table: Table) -> None:
    november(table)
    with table.desk.reads.begin() as connection:
        kept = json.loads(json.dumps(drawn(numbers(connection, MONTH)), ensure_ascii=False))

    marks = marks_of({"drawn": kept})

    assert {name: type(block) for name, block in marks.items()} == {
        "隐患分级": Picture,
        "隐患类型": Picture,
        "隐患趋势": Picture,
        "县市分布": Grid,
    }
    assert kept["隐患趋势"]["series"]["月末存量"][-2:] == [2, 3]
    grid = marks["县市分布"]
    assert isinstance(grid, Grid)
    assert grid.rows == (("康定市", "0", "1", "0", "1"), ("泸定县", "1", "0", "1", "2"))


def test_a_notice_without_figures_has_no_charts() -> None:
    assert marks_of({}) == {}
