"""Drafting a report."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, update

from analytics.db import INCIDENT_ENTRY, SITE
from analytics.lifecycle import Unknown
from console.exercise.state import end, start
from console.province.report_form import lacks
from console.province.report_life import report
from console.province.reporting import draft_report
from console.province.tables import OUTBOX
from tests.console.deskdata import incident
from tests.console.deskside import Table, two_counties
from tests.factories import at


def test_a_first_report_is_filled_with_what_the_desk_knows(table: Table) -> None:
    two_counties(table)
    incident(table.desk.engine, 1, entities=["203.0.113.7"], class_code="02.09")
    with table.desk.engine.begin() as connection:
        row = report(connection, draft_report(connection, "2026-0001", "first", "wang", at(60)))

    assert (row.id, row.state, row.county, row.unit_id) == ("RP-2026-0001", "draft", "513301", "U-1")
    assert "U-1 示例局" in row.items["unit"]
    assert "http://kd-1.example/" in row.items["unit"]
    assert "发现时间：2026年11月23日20时；" in row.items["event"]
    assert "网页篡改" in row.items["event"]
    assert "203.0.113.7" in row.items["trace"]
    assert lacks("first", row.items) == []


def test_a_first_report_says_facts_not_formulas_and_tells_our_own_hosts_from_sources(table: Table) -> None:
    two_counties(table)
    graded = {"matched": [{"zh": "影响对象一般（其他系统）× 业务损失较大 → 一般"}]}
    incident(table.desk.engine, 1, entities=["203.0.113.7", "10.0.3.17"], level_confirmed=3, grading=graded)
    with table.desk.engine.begin() as connection:
        connection.execute(update(SITE).where(SITE.c.id == "kd-1").values(addresses=["10.0.3.17"]))
        row = report(connection, draft_report(connection, "2026-0001", "first", "wang", at(60)))

    assert "影响和危害：影响对象一般（其他系统），业务损失较大。" in row.items["event"]
    assert "→" not in row.items["event"]
    assert row.items["trace"] == "涉及来源：203.0.113.7。\n涉事主机：10.0.3.17。"


def test_drafting_twice_is_drafting_once_and_sends_nothing(table: Table) -> None:
    incident(table.desk.engine, 1)
    with table.desk.engine.begin() as connection:
        first = draft_report(connection, "2026-0001", "first", "wang", at(0))
        again = draft_report(connection, "2026-0001", "first", "li", at(1))
        final = draft_report(connection, "2026-0001", "final", "li", at(2))

        assert (again, final) == (first, "RP-2026-0002")
        assert report(connection, final).previous_id == first
        assert connection.execute(select(func.count()).select_from(OUTBOX)).scalar_one() == 0
        kinds = connection.execute(select(INCIDENT_ENTRY.c.kind)).scalars().all()
        assert kinds == ["report", "report"]


def test_a_draft_of_an_exercise_names_it(table: Table) -> None:
    incident(table.desk.engine, 1)
    with table.desk.engine.begin() as connection:
        exercise = start(connection, "演练", "lead", at(0))
        row = report(connection, draft_report(connection, "2026-0001", "first", "wang", at(1)))

    assert row.exercise_id == exercise


def test_an_exercise_neither_takes_up_nor_follows_what_is_real(table: Table) -> None:
    incident(table.desk.engine, 1)
    with table.desk.engine.begin() as connection:
        real = draft_report(connection, "2026-0001", "first", "wang", at(0))
        exercise = start(connection, "演练", "lead", at(1))
        played = draft_report(connection, "2026-0001", "first", "wang", at(2))
        end(connection, "lead", at(3))
        late = draft_report(connection, "2026-0001", "final", "clerk", at(4), exercise)

        assert draft_report(connection, "2026-0001", "first", "li", at(5)) == real != played
        rows = {name: report(connection, name) for name in (real, played, late)}

    assert [rows[name].exercise_id for name in (real, played, late)] == [None, exercise, exercise]
    assert [rows[name].previous_id for name in (real, played, late)] == [None, None, played]


def test_an_incident_or_a_kind_that_is_not_there_is_refused(table: Table) -> None:
    with table.desk.engine.begin() as connection:
        with pytest.raises(Unknown, match="incident 2026-0009"):
            draft_report(connection, "2026-0009", "first", "wang", at(0))
        with pytest.raises(ValueError, match="no kind of report"):
            draft_report(connection, "2026-0009", "second", "wang", at(0))
