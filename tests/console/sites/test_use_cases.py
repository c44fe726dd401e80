"""Taking an inventory sheet in, without a browser."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from analytics.db import CHANGE, SITE
from console.accounts.viewer import Viewer
from console.sites.use_cases import take_sheet
from tests.console.deskside import table_in

ADMINISTRATOR = Viewer("a", "admin", "管理员", frozenset({"administrator"}), None, None, "zh", "token")
HEAD = "unit_id,unit_name,county,site_id,site_name,url\n"
GOOD = "U-1,示例局,513301,kd-1,门户,http://kd-1.example/\n"


def test_a_sheet_in_gbk_brings_its_sites_tells_open_pages_and_writes_the_scope(tmp_path: Path) -> None:
    table = table_in(tmp_path)

    report = take_sheet(table.desk, ADMINISTRATOR, (HEAD + GOOD).encode("gbk"), "sites.csv")

    assert (report.rows, list(report.errors)) == (1, [])
    with table.desk.reads.connect() as connection:
        assert connection.scalars(select(SITE.c.name)).all() == ["门户"]
        assert connection.scalars(select(CHANGE.c.topic)).all() == ["site"]
    assert (tmp_path / "scope.json").exists()


def test_one_bad_row_keeps_every_row_out(tmp_path: Path) -> None:
    table = table_in(tmp_path)

    bad = HEAD + GOOD + "U-2,示例局,none,ld-1,门户,not a url\n"
    report = take_sheet(table.desk, ADMINISTRATOR, bad.encode(), "sites.csv")

    assert {error.line for error in report.errors} == {3}
    with table.desk.reads.connect() as connection:
        assert connection.scalars(select(SITE.c.id)).all() == []
