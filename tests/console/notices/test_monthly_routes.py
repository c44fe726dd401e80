from __future__ import annotations

import re
from html import unescape

from tests.console.deskside import Table
from tests.console.notices.monthly_records import AFTER, november


def test_behind_every_figure_stands_a_list_of_that_many_rows(table: Table) -> None:
    november(table)
    table.clock.now = AFTER
    lead = table.seat("lead")
    whole = lead.get("/notices/figures?month=2026-11")
    found = re.findall(r'<a href="([^"]+)"[^>]*>(\d+)</a>', whole.text)

    assert whole.status_code == 200
    assert len(found) > 40
    for address, value in found:
        listed = lead.get(unescape(address))
        assert listed.status_code == 200
        if "availability" not in address:
            assert listed.text.count("data-row") == int(value), address


def test_the_list_as_data(table: Table) -> None:
    november(table)
    told = table.seat("lead").get("/api/v1/notices/figures?month=2026-11&key=new").json()

    assert told["value"] == 1
    assert told["rows"] == [{"id": "fi-0002", "name": "隐患2"}]
    assert table.seat("analyst").get("/api/v1/notices/figures?month=2026-11&key=nothing").status_code == 404
    assert table.seat("editor").get("/api/v1/notices/figures?month=2026-13&key=new").status_code == 422


def test_who_sees_one_county_sees_no_figures_of_all(table: Table) -> None:
    november(table)
    county = table.seat("county", county="513301")

    assert county.get("/notices/figures?month=2026-11").status_code == 404
    assert county.get("/api/v1/notices/figures?month=2026-11&key=new").status_code == 404


def test_an_editor_drafts_a_month_now_and_gets_the_same_draft_again(table: Table) -> None:
    november(table)
    table.clock.now = AFTER
    editor = table.seat("editor")

    first = editor.post("/api/v1/notices/monthly", json={"month": "2026-11"})
    again = editor.post("/notices/monthly", data={"month": "2026-11", "csrf": editor.headers["x-csrf-token"]})

    assert first.json() == {"id": "no-2026-11"}
    assert again.headers["location"] == "/notices/no-2026-11"
    assert editor.post("/api/v1/notices/monthly", json={"month": "2027-05"}).status_code == 422
    assert table.seat("analyst").post("/api/v1/notices/monthly", json={"month": "2026-11"}).status_code == 403
    narrow = table.seat("editor", login="narrow", county="513301")
    assert narrow.post("/api/v1/notices/monthly", json={"month": "2026-10"}).status_code == 422


def test_the_drafts_page_shows_the_figures_beside_the_text_and_its_files(table: Table) -> None:
    november(table)
    table.clock.now = AFTER
    editor = table.seat("editor")
    assert 'value="2026-11"' in editor.get("/notices").text
    editor.post("/api/v1/notices/monthly", json={"month": "2026-11"})

    draft = editor.get("/notices/no-2026-11")

    assert draft.status_code == 200
    assert 'href="/notices/figures?month=2026-11&amp;key=stock">3</a>' in draft.text
    assert "U-2 示例局" in draft.text
    assert editor.get("/notices/no-2026-11/docx").content.startswith(b"PK")
