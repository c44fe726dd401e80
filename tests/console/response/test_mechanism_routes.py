"""The pages of the mechanism and the calendar."""

from __future__ import annotations

from importlib.resources import files

from tests.console.deskside import Table, two_counties
from tests.console.response.test_placing import HOLIDAYS, NEW


def test_the_page_shows_groups_calls_and_what_is_odd(table: Table) -> None:
    page = table.seat("analyst").get("/response/mechanism").text

    for words in ("甘孜州“1+2+12”网络安全工作机制", "12 成员单位", "州公安局", "15 分钟 内应答", "Ⅲ级响应", "未绑定"):
        assert words in page
    assert "载入新版本" not in page


def test_a_lead_loads_a_new_version_and_an_analyst_may_not(table: Table) -> None:
    two_counties(table)
    lead, analyst = table.seat("lead"), table.seat("analyst")
    files = {"file": ("neu.yml", NEW.encode())}

    assert analyst.post("/api/v1/mechanism", files=files).status_code == 403
    # The files are for the whole prefecture, so a county's lead may not replace them either.
    part = table.seat("lead", county="513301")
    assert part.post("/api/v1/mechanism", files=files).status_code == 403
    assert part.post("/response/calendar", files=files).status_code == 403
    assert lead.post("/api/v1/mechanism", files=files).json()["version"] == "2026.2"
    assert lead.get("/api/v1/mechanism").json()["version"] == "2026.2"
    assert "2026.2" in lead.get("/response/mechanism").text
    refused = lead.post("/response/mechanism", files={"file": ("x.yml", b"mechanism: 1")})
    assert refused.status_code == 422
    assert "x.yml: `mechanism` must be names with values" in refused.text
    assert lead.post("/response/mechanism", files=files).status_code == 303


def test_a_bad_file_in_the_folder_is_shown_on_the_page(table: Table) -> None:
    folder = table.desk.data.root / "mechanism"
    folder.mkdir()
    (folder / "bad.yml").write_text("mechanism: 1")

    assert "文件不能使用，未生效：bad.yml" in table.seat("lead").get("/response/mechanism").text


def test_the_calendar_shows_its_years_and_takes_another(table: Table) -> None:
    lead = table.seat("lead")
    page = lead.get("/response/calendar").text
    for words in ("春节", "2027 年没有节假日文件", "09:00–12:00", "请与通知原文核对"):
        assert words in page
    assert lead.post("/response/calendar", files={"file": ("cn-2028.yml", HOLIDAYS.encode())}).status_code == 422
    assert lead.post("/response/calendar", files={"file": ("cn-2027.yml", HOLIDAYS.encode())}).status_code == 303
    assert lead.post("/api/v1/calendar", files={"file": ("cn-2027.yml", HOLIDAYS.encode())}).status_code == 201

    years = {one["year"]: one for one in lead.get("/api/v1/calendar").json()["years"]}
    assert years[2027]["off"] == ["2027-01-01", "2027-01-02", "2027-01-03"]
    assert "2026-10-10" in years[2026]["worked"]


def test_the_periods_of_a_year_are_ticked_off_on_the_page(table: Table) -> None:
    text = reading_c().replace("key: stage, name: 处置环节, kind: stage", "key: stage, name: 月度轮次, kind: period")
    folder = table.desk.data.root / "mechanism"
    folder.mkdir()
    (folder / "c.yml").write_text(text, "utf-8")
    analyst = table.seat("analyst")
    assert "2026 年周期清单" in analyst.get("/response/mechanism").text

    for _ in range(2):
        assert analyst.post("/response/mechanism/periods", data={"slot": "stage/find"}).status_code == 303
    assert analyst.post("/response/mechanism/periods", data={"slot": "stage/none"}).status_code == 404
    assert "已完成" in analyst.get("/response/mechanism").text


def reading_c() -> str:
    return (files("playbooks") / "mechanism" / "reading-c.yml").read_text("utf-8")
