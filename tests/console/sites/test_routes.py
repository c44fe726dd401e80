"""Sites as pages and as data, and the inventory sheet."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import select

from analytics.db import SITE
from console.audit.tables import AUDIT_ENTRY
from tests.console.deskdata import alert, finding, incident
from tests.console.deskside import Table, table_in, two_counties


@pytest.fixture
def table(tmp_path: Path) -> Table:
    made = table_in(tmp_path)
    two_counties(made)
    engine = made.desk.engine
    alert(engine, 1, title="上传目录 <b>")
    alert(engine, 2, status="false")
    finding(engine, 1)
    finding(engine, 2, state="closed")
    incident(engine, 1)
    return made


def test_sites_in_trouble_come_first_with_their_counts_linked_to_the_lists(table: Table) -> None:
    page = table.seat("analyst").get("/sites").text

    assert re.findall(r'<tr id="([^"]+)" data-row', page) == ["kd-1", "ld-1"]
    assert '<a href="/alerts?site=kd-1">1</a>' in page
    assert '<a href="/findings?site=kd-1">1</a>' in page
    assert re.findall(r'<tr id="([^"]+)" data-row', table.seat("lead").get("/sites?q=ld-").text) == ["ld-1"]


def test_a_site_tells_its_whole_story_escaped(table: Table) -> None:
    page = table.seat("analyst").get("/sites/kd-1").text

    assert "上传目录 &lt;b&gt;" in page
    assert "隐患1" in page
    assert "隐患2" not in page
    assert "事件1" in page
    assert "没有授权，不会探测" in page


def test_an_editor_drafts_a_notice_from_the_findings_of_a_site(table: Table) -> None:
    editor = table.seat("editor")

    page = editor.get("/sites/kd-1").text
    findings = re.findall(r'name="findings" value="([^"]+)"', page)
    made = editor.post("/notices", data={"kind": "hazard", "findings": findings})

    assert findings == ["fi-0001"]
    assert made.headers["location"].startswith("/notices/no-")
    assert 'name="findings"' not in table.seat("analyst").get("/sites/kd-1").text


@pytest.mark.parametrize("scope", [{"county": "513322"}, {"unit": "U-2"}])
def test_who_sees_one_county_or_unit_sees_only_its_sites(table: Table, scope: dict[str, str]) -> None:
    local = table.seat("analyst", **scope)

    assert re.findall(r'<tr id="([^"]+)" data-row', local.get("/sites").text) == ["ld-1"]
    assert "kd-1" not in local.get("/sites?q=kd-").text.replace('value="kd-"', "")
    assert [site["id"] for site in local.get("/api/v1/sites").json()["sites"]] == ["ld-1"]
    assert local.get("/sites/kd-1").status_code == 404
    assert local.get("/api/v1/sites/kd-1").status_code == 404
    assert local.get("/sites/ld-1").status_code == 200


def test_the_api_tells_what_is_open_on_a_site(table: Table) -> None:
    told = table.seat("analyst").get("/api/v1/sites/kd-1").json()

    assert (told["alerts"], told["findings"], told["incidents"]) == (1, 1, 1)
    assert told["open_findings"] == ["fi-0001"]
    assert told["latest_incidents"] == ["2026-0001"]


def test_a_sheet_with_a_bad_row_changes_nothing_and_names_the_line(table: Table) -> None:
    manager = table.seat("lead")
    sheet = ("sheet.csv", "unit_id,nonsense\n,x\n".encode("gbk"), "text/csv")

    page = manager.post("/sites/import", files={"sheet": sheet})
    data = manager.post("/api/v1/sites/import", files={"sheet": sheet})

    assert page.status_code == 422
    assert "没有导入任何一行" in page.text
    assert data.json()["errors"]
    with table.desk.reads.connect() as connection:
        assert set(connection.scalars(select(SITE.c.id))) == {"kd-1", "ld-1"}
        assert "inventory.import" in connection.scalars(select(AUDIT_ENTRY.c.action)).all()


def test_an_analyst_may_not_import(table: Table) -> None:
    answer = table.seat("analyst").post("/sites/import", files={"sheet": ("a.csv", b"x", "text/csv")})

    assert answer.status_code == 403
