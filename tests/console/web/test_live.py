"""The live channel."""

from __future__ import annotations

import asyncio

import pytest

from console.accounts.viewer import Viewer
from console.web.changes import announce
from console.web.live import news_since
from tests.console.deskside import Table, two_counties
from tests.factories import NOON


@pytest.fixture
def changed(table: Table) -> Table:
    two_counties(table)
    with table.desk.engine.begin() as connection:
        announce(connection, "alert", "al-1", NOON, "kd-1")
        announce(connection, "alert", "al-2", NOON, "ld-1")
        announce(connection, "finding", "fi-1", NOON, "kd-1")
        announce(connection, "sensor", "s1", NOON)
        announce(connection, "alert", "al-3", NOON)
    return table


def heard(table: Table, role: str, counties: frozenset[str] | None = None, after: int = 0) -> list[str]:
    who = Viewer("ac-1", "a", "甲", frozenset({role}), counties, None, "zh", "t")
    with table.desk.reads.begin() as connection:
        return [news.ref for news in news_since(connection, who, after)]


def test_a_viewer_hears_what_role_and_scope_allow(changed: Table) -> None:
    assert heard(changed, "lead") == ["al-1", "al-2", "fi-1", "s1", "al-3"]
    assert heard(changed, "county", frozenset({"513322"})) == ["al-2"]
    assert heard(changed, "owner", frozenset({"513301"})) == ["fi-1"]
    assert heard(changed, "auditor") == []
    assert heard(changed, "administrator") == ["s1"]


def test_nothing_is_told_twice(changed: Table) -> None:
    assert heard(changed, "lead", after=3) == ["s1", "al-3"]


def lines(table: Table, role: str, headers: dict[str, str] | None = None, seconds: float = 0.15) -> str:
    """What the channel says until the server closes it, after so many seconds."""
    seat = table.seat(role)
    app = seat.app
    with seat:  # one event loop for all requests
        assert seat.portal
        seat.portal.start_task_soon(close_later, app.state.closing, seconds)  # type: ignore[attr-defined]
        return seat.get("/live", headers=headers or {}).text


async def close_later(closing: asyncio.Event, seconds: float) -> None:
    await asyncio.sleep(seconds)
    closing.set()


def test_the_channel_starts_at_now_and_beats(changed: Table) -> None:
    said = lines(changed, "lead")

    assert said.startswith("retry: 2000\nid: 5\nevent: hello\ndata: 5\n\n")
    assert "event: alert" not in said
    assert ": alive\n\n" in said


def test_a_browser_that_lost_the_line_hears_what_it_missed(changed: Table) -> None:
    said = lines(changed, "lead", {"last-event-id": "3"})

    assert "id: 4\nevent: sensor\ndata: s1\n\nid: 5\nevent: alert\ndata: al-3\n\n" in said


def test_the_channel_closes_when_the_session_ends(changed: Table) -> None:
    seat = changed.seat("lead")
    changed.clock.pass_by(minutes=1)
    original = changed.desk.clock

    class Jumps:
        """Half an hour goes by after the log-in was checked."""

        asked = 0

        def __call__(self) -> object:
            self.asked += 1
            return original() if self.asked == 1 else original().replace(hour=23)

    from dataclasses import replace

    seat.app.state.desk = replace(changed.desk, clock=Jumps())  # type: ignore[attr-defined]

    assert seat.get("/live").text.endswith("event: ended\ndata: session\n\n")
