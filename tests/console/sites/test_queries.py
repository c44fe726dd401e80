"""One site's whole story."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, update

from analytics.db import SITE, SITE_DAY
from console.accounts.viewer import Viewer
from console.sites.queries import Filter, document, sites, story
from tests.console.deskdata import finding
from tests.console.deskside import table_in, two_counties
from tests.factories import NOON

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
        assert [row.id for row in sites(connection, LOCAL, Filter(), NOON)] == ["ld-1"]

    assert told is not None
    assert [row.id for row in told.findings] == ["fi-0001"]
    assert document(told.site)["findings"] == 1


def test_a_percent_sign_is_looked_for_as_itself(tmp_path: Path) -> None:
    table = table_in(tmp_path)
    two_counties(table)

    with table.desk.reads.connect() as connection:
        assert list(sites(connection, LEAD, Filter("%"), NOON)) == []
        assert [row.id for row in sites(connection, LEAD, Filter("kd-1"), NOON)] == ["kd-1"]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"county": "513322"}, ["ld-1"]),
        ({"rank": "县级"}, ["kd-1", "ld-1"]),
        ({"rank": "省级"}, []),
        ({"protection": 3}, ["kd-1"]),
        ({"cii": True}, ["kd-1"]),
        ({"week": "failed"}, ["ld-1"]),
    ],
)
def test_a_filter_finds_what_it_names(tmp_path: Path, wanted: dict[str, Any], found: list[str]) -> None:
    table = table_in(tmp_path)
    two_counties(table)
    day = {"visits": 20, "findings": 0, "alerts": 0, "incidents": 0}
    with table.desk.engine.begin() as connection:
        connection.execute(update(SITE).where(SITE.c.id == "kd-1").values(protection_level=3, is_cii=True))
        connection.execute(insert(SITE_DAY).values(site_id="ld-1", day="2026-11-20", failed=1, **day))
        connection.execute(insert(SITE_DAY).values(site_id="kd-1", day="2026-11-10", failed=1, **day))

    with table.desk.reads.connect() as connection:
        assert [row.id for row in sites(connection, LEAD, Filter(**wanted), NOON)] == found
