"""What the incident's page shows of playbooks."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from analytics.db import INCIDENT
from console.accounts.viewer import Viewer
from console.response import shelf
from console.response.panel import fitting, run_panel
from tests.console.deskdata import incident
from tests.console.deskside import Table, two_counties
from tests.console.playbooks import book, end, manual, step
from tests.console.response.runside import carry, keep, start


def viewer(*roles: str) -> Viewer:
    return Viewer("ac-x", "x", "测试", frozenset(roles), None, None, "zh", "token")


def panel(table: Table, who: Viewer) -> Any:
    with table.desk.reads.begin() as connection:
        row = connection.execute(select(INCIDENT)).one()
        return run_panel(connection, who, row, table.clock())


@pytest.fixture
def number(table: Table) -> str:
    two_counties(table)
    return incident(table.desk.engine, 1, class_code="02.10")


def test_playbooks_are_offered_by_the_class_of_the_incident(table: Table, number: str) -> None:
    found = panel(table, viewer("analyst"))

    assert not found.leads
    assert [one.alias for one in found.values["fitting"]] == ["hidden-link"]
    assert {one.alias for one in found.values["others"]} == set(shelf.shipped()) - {"hidden-link"}
    assert panel(table, viewer("editor")) is None
    assert panel(table, viewer("owner")) is None


def test_the_step_this_viewer_can_do_leads(table: Table, number: str) -> None:
    steps = {"p": step("parallel", "e", next_steps=["a", "b"]), "a": manual("x", {"role": "lead"}, name="组长的")}
    start(
        table, book({**steps, "b": manual("x", {"role": "analyst"}, name="分析员的"), "x": end(), "e": end()}), number
    )

    for who, first in (("analyst", "分析员的"), ("commander", "组长的")):
        found = panel(table, viewer(who))
        assert found.leads
        assert found.values["next"][1].name == first
    assert len(panel(table, viewer("analyst")).values["also"]) == 1


def test_a_step_of_a_nested_run_leads_too(table: Table, number: str) -> None:
    inner = keep(table.desk.engine, book({"a": manual("e", name="里面的"), "e": end()}, number=2), table.clock())
    start(table, book({"n": step("playbook-action", "e", playbook_id=inner), "e": end()}), number)
    carry(table)

    assert panel(table, viewer("analyst")).values["next"][1].name == "里面的"


def test_a_class_fits_its_subclasses() -> None:
    books = list(shelf.shipped().values())

    assert [one.alias for one in fitting(books, "08.01")[0]] == ["site-down"]
    assert fitting(books, None)[0] == []
