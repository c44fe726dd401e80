"""What is shown of runs."""

from __future__ import annotations

import pytest

from console.accounts.viewer import Viewer
from console.response.cacao.extension import step_terms
from console.response.run_queries import Asked, may_do, one_run, runs, story
from tests.console.deskside import Table
from tests.console.playbooks import book, end, manual, playbook, variable
from tests.console.response.runside import start


def viewer(*roles: str) -> Viewer:
    return Viewer("ac-x", "x", "测试", frozenset(roles), None, None, "zh", "token")


@pytest.mark.parametrize(
    ("roles", "role", "may"),
    [
        (("analyst",), "analyst", True),
        (("lead",), "analyst", True),
        (("analyst",), "lead", False),
        (("commander",), "analyst", False),
        (("editor",), None, False),
        (("county",), None, True),
    ],
)
def test_who_may_do_a_manual_step(roles: tuple[str, ...], role: str | None, may: bool) -> None:
    assert may_do(viewer(*roles), role, None) is may


@pytest.mark.parametrize(
    ("wanted", "roles", "may"),
    [("lead", "lead", True), ("lead", "commander", True), ("commander", "lead", False), ("lead", "analyst", False)],
)
def test_who_gives_a_voice(wanted: str, roles: str, may: bool) -> None:
    terms = {"approval": {"role": wanted, "quorum": 1, "deadline": "PT1H"}}
    approval = step_terms(playbook(book({"a": manual("e", terms), "e": end()})).steps["a"]).approval

    assert may_do(viewer(roles), wanted, approval) is may


def test_a_waiting_step_shows_its_text_filled_and_what_it_asks(table: Table) -> None:
    steps = {
        "a": manual("e", commands=[{"type": "ssh", "command": "look at __x__:value"}], out_args=["__x__"]),
        "e": end(),
    }
    run_id = start(table, book(steps, {"__x__": variable("that", description="去向")}))

    with table.desk.reads.begin() as connection:
        row = one_run(connection, viewer("analyst"), run_id)
        assert row is not None
        shown = story(connection, viewer("analyst"), row).waiting[0]

    assert (shown.text, shown.warning, shown.asks, shown.mine) == (
        "look at that",
        "ssh",
        (Asked("__x__", "去向", "去向", "string"),),
        True,
    )


def test_the_list_goes_on_from_page_to_page(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.response.run_queries.PAGE", 2)
    ids = [start(table, book({"a": manual("e"), "e": end()}, number=number)) for number in range(1, 6)]

    seen: list[str] = []
    before: str | None = ""
    with table.desk.reads.begin() as connection:
        while before is not None:
            rows, before = runs(connection, viewer("lead"), before=before)
            seen += [row.id for row in rows]

    assert sorted(seen) == sorted(ids)
    assert len(seen) == len(set(seen))
