"""One site's whole story."""

from __future__ import annotations

from pathlib import Path

from console.accounts.viewer import Viewer
from console.sites.queries import document, sites, story
from tests.console.deskdata import finding
from tests.console.deskside import table_in, two_counties

LEAD = Viewer("a", "lead", "组长", frozenset({"lead"}), None, None, "zh", "token")
LOCAL = Viewer("b", "x", "x", frozenset({"analyst"}), frozenset(), frozenset({"U-2"}), "zh", "t")


def test_a_story_is_told_only_within_scope(tmp_path: Path) -> None:
    table = table_in(tmp_path)
    two_counties(table)
    finding(table.desk.engine, 1)

    with table.desk.reads.connect() as connection:
        told = story(connection, LEAD, "kd-1")
        assert story(connection, LOCAL, "kd-1") is None
        assert story(connection, LEAD, "nowhere") is None
        assert [row.id for row in sites(connection, LOCAL, "")] == ["ld-1"]

    assert told is not None
    assert [row.id for row in told.findings] == ["fi-0001"]
    assert document(told.site)["findings"] == 1


def test_a_percent_sign_is_looked_for_as_itself(tmp_path: Path) -> None:
    table = table_in(tmp_path)
    two_counties(table)

    with table.desk.reads.connect() as connection:
        assert list(sites(connection, LEAD, "%")) == []
        assert [row.id for row in sites(connection, LEAD, "kd-1")] == ["kd-1"]
