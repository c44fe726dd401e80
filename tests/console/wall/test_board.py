"""The screen's markup, made once for all who look at the same."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from console.accounts.viewer import Viewer
from console.wall.board import PARTS, TEMPLATE, Board, look_of
from console.web.changes import announce
from console.web.render import environment, macros
from tests.console.deskside import Table
from tests.console.walldata import prefecture
from tests.factories import NOON


@pytest.fixture
def told(table: Table) -> Table:
    prefecture(table.desk.engine, NOON, sites=20, alerts=60)
    return table


def board(**times: float) -> Board:
    return Board(macros(environment(), TEMPLATE, PARTS), **{"every": 10.0, "least": 2.0} | times)


def viewer(role: str = "lead", **values: Any) -> Viewer:
    plain = {"counties": None, "units": None, "language": "zh", "csrf": "t"}
    return Viewer("a", role, "甲", frozenset({role}), **plain | values)


def test_every_part_is_drawn_in_its_place(told: Table) -> None:
    shown = board().show(told.desk.reads, look_of(viewer(), False), NOON)

    assert tuple(shown.parts) == PARTS
    assert all(f'id="part-{name}"' in text for name, text in shown.parts.items())


def test_a_snapshot_stands_until_it_is_old_or_something_changed(told: Table) -> None:
    kept, look = board(), look_of(viewer(), False)
    first = kept.show(told.desk.reads, look, NOON)

    assert kept.show(told.desk.reads, look, NOON + timedelta(seconds=9)) is first
    assert kept.show(told.desk.reads, look, NOON + timedelta(seconds=11)) is not first
    second = kept.show(told.desk.reads, look, NOON + timedelta(seconds=12))
    with told.desk.engine.begin() as connection:
        announce(connection, "alert", "al-1", NOON)
    assert kept.show(told.desk.reads, look, NOON + timedelta(seconds=12.5)) is second
    assert kept.show(told.desk.reads, look, NOON + timedelta(seconds=14)) is not second


def test_only_what_changed_is_told_again(told: Table) -> None:
    kept, look = board(every=0.0), look_of(viewer(), False)
    first = kept.show(told.desk.reads, look, NOON)
    again = kept.show(told.desk.reads, look, NOON)

    assert again.since(first.digests) == {}
    assert set(again.since({**first.digests, "map": "other"})) == {"map"}


def test_whoever_may_not_open_a_list_gets_its_number_without_a_link(told: Table) -> None:
    lead, screen = (board().show(told.desk.reads, look_of(viewer(role), False), NOON) for role in ("lead", "screen"))

    assert '<a class="figure" data-figure="sites" href="/sites">' in lead.parts["overall"]
    assert "/sites" not in screen.parts["overall"]
    assert 'href="/wall/score"' in screen.parts["overall"]


def test_looks_with_other_languages_masks_or_counties_are_kept_apart(told: Table) -> None:
    kept = board()
    looks = [
        look_of(viewer(), False),
        look_of(viewer(), True),
        look_of(viewer(language="en"), False),
        look_of(viewer(counties=frozenset({"513301"}), units=frozenset()), False),
    ]
    drawn = [kept.show(told.desk.reads, look, NOON).parts for look in looks]

    assert len({parts["map"] + parts["incidents"] + parts["top"] for parts in drawn}) == 4
    assert "Kangding" in drawn[2]["map"]
