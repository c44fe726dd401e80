"""What people do with intelligence."""

from __future__ import annotations

import pytest

from console.accounts.viewer import Viewer
from console.intelligence.feeds import Feed
from console.intelligence.use_cases import close_peer, keep_feed, make_peer, move, stop_feed, upload
from tests.console.deskside import Table

WHO = Viewer("ac-1", "lead", "组长", frozenset({"lead"}), None, None, "zh", "x")
COUNTY = Viewer("ac-2", "analyst", "县里", frozenset({"analyst"}), frozenset({"513301"}), frozenset(), "zh", "x")


def test_partners_are_managed_by_who_sees_the_whole_prefecture(table: Table) -> None:
    feed = Feed("a", "pull", "https://x.test/c/", None, "内部")
    for act in (
        lambda: make_peer(table.desk, COUNTY, "a", "公开", False),
        lambda: close_peer(table.desk, COUNTY, "a"),
        lambda: keep_feed(table.desk, COUNTY, feed),
        lambda: stop_feed(table.desk, COUNTY, "a"),
    ):
        with pytest.raises(ValueError, match="whole prefecture"):
            act()
    assert make_peer(table.desk, WHO, "a", "公开", False).startswith("gt_")
    keep_feed(table.desk, WHO, feed)
    stop_feed(table.desk, WHO, "a")
    close_peer(table.desk, WHO, "a")


def test_a_source_and_a_reason_must_say_something(table: Table) -> None:
    with pytest.raises(ValueError, match="source"):
        upload(table.desk, WHO, b"{}", "\x00 ", "内部")
    with pytest.raises(ValueError, match="why"):
        move(table.desk, WHO, "in-1", "stopped", " ", 1)
