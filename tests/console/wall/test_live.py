"""The screen's live channel."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from analytics.posture.tally import tally
from console.accounts.viewer import Viewer
from console.wall.board import PARTS, TEMPLATE, Board, look_of
from console.wall.live import message
from console.web.render import environment, macros
from console.web.settings import WebSettings
from tests.console.deskdata import finding
from tests.console.deskside import Table
from tests.console.walldata import prefecture
from tests.factories import NOON

FAST = WebSettings(live_poll=0.01, live_heartbeat=0.05, wall_every=0.02, wall_least=0.0)


@pytest.fixture
def told(table: Table) -> Table:
    prefecture(table.desk.engine, NOON, sites=20, alerts=60)
    return table


async def close_later(closing: asyncio.Event, seconds: float) -> None:
    await asyncio.sleep(seconds)
    closing.set()


def heard(table: Table, settings: WebSettings = FAST, seconds: float = 1.5) -> list[tuple[str, Any]]:
    """What the channel says until the server closes it."""
    table.settings = settings
    seat = table.seat("lead")
    with seat:
        assert seat.portal
        seat.portal.start_task_soon(close_later, seat.app.state.closing, seconds)  # type: ignore[attr-defined]
        text = seat.get("/wall/live").text
    found = []
    for block in text.split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line)
        if "event" in lines:
            found.append((lines["event"], json.loads(lines["data"])))
    return found


def test_it_begins_with_everything_and_then_only_says_how_old_that_is(told: Table) -> None:
    said = heard(told)

    assert said[0][0] == "snapshot"
    assert len(said[0][1]["parts"]) == 10
    assert said[0][1]["age"] == 0
    assert {(name, len(body["parts"])) for name, body in said[1:]} == {("delta", 0)}


def test_everything_is_sent_again_now_and_then(told: Table) -> None:
    assert [name for name, _ in heard(told, replace(FAST, wall_whole=0.05))].count("snapshot") > 2


def test_numbers_that_nobody_counts_any_more_grow_old(told: Table) -> None:
    told.clock.pass_by(minutes=3)

    assert heard(told, seconds=0.1)[0][1]["age"] == timedelta(minutes=3).total_seconds()


def test_a_changed_number_is_sent_with_its_part_alone(told: Table) -> None:
    who = Viewer("a", "lead", "甲", frozenset({"lead"}), None, None, "zh", "t")
    board, look = Board(macros(environment(), TEMPLATE, PARTS), 0.0, 0.0), look_of(who, False)
    before = board.show(told.desk.reads, look, NOON)
    finding(told.desk.engine, 1, site_id="s-000", unit_id="U-000", county="513332", severity="high")
    tally(told.desk.engine, NOON + timedelta(seconds=61))
    after = board.show(told.desk.reads, look, NOON + timedelta(seconds=61))
    changed = after.since(before.digests)

    assert {"weaknesses", "map", "top"} <= set(changed)
    assert not {"assets", "incidents", "ticker"} & set(changed)
    assert message("delta", after, changed).startswith('event: delta\ndata: {"at": "2026-11-23T12:01:01')
