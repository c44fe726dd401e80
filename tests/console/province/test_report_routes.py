"""The page and the API of a report."""

from __future__ import annotations

from tests.console.deskdata import incident
from tests.console.deskside import Table, two_counties


def test_a_report_is_drafted_edited_and_released_by_two_through_the_api(table: Table) -> None:
    two_counties(table)
    incident(table.desk.engine, 1)
    analyst, lead, commander = (table.seat(role) for role in ("analyst", "lead", "commander"))

    made = analyst.post("/api/v1/reports", json={"incident": "2026-0001", "kind": "first"})
    place = f"/api/v1/reports/{made.json()['id']}"
    edited = analyst.put(place, json={"items": {"cause": "弱口令"}})
    assert (made.status_code, edited.json()["items"]["cause"]) == (201, "弱口令")

    assert analyst.post(f"{place}/release", json={"reason": "同意"}).status_code == 403
    assert len(lead.post(f"{place}/release", json={"reason": "同意"}).json()["releases"]) == 1
    again = lead.post(f"{place}/release", json={"reason": "同意"})
    assert (again.status_code, "second person" in again.json()["detail"]) == (422, True)
    done = commander.post(f"{place}/release", json={"reason": "同意上报"}).json()

    assert (done["state"], [one["by"] for one in done["releases"]]) == ("released", ["lead", "commander"])
    listed = lead.get("/api/v1/reports", params={"incident": "2026-0001"}).json()["reports"]
    assert [(one["id"], one["kind"]) for one in listed] == [(done["id"], "first")]


def test_the_page_leads_through_the_same_steps(table: Table) -> None:
    two_counties(table)
    incident(table.desk.engine, 1)
    analyst, lead, commander = (table.seat(role) for role in ("analyst", "lead", "commander"))
    token = {"csrf": analyst.headers["x-csrf-token"]}

    gone = analyst.post("/province/reports", data=token | {"incident": "2026-0001", "kind": "first"})
    place = gone.headers["location"]
    shown = analyst.get(place).text
    assert "涉事单位及涉事系统" in shown
    assert "同意上报" not in shown.split('class="next"')[1].split("</section>")[0].replace("两人同意后上报", "")
    saved = analyst.post(place, data=token | {"item.trend": "已控制", "version": "1", "marking": "内部"})
    assert saved.status_code == 303
    assert analyst.post(place, data=token | {"item.trend": "旧", "version": "1"}).status_code == 409

    for seat in (lead, commander):
        said = {"csrf": seat.headers["x-csrf-token"], "reason": "情况属实", "version": "2"}
        assert seat.post(f"{place}/release", data=said).status_code == 303
    assert "已同意，待发" in lead.get(place).text
    assert "上报省级平台" in lead.get("/incidents/2026-0001").text


def test_the_paper_of_a_draft_is_a_pdf(table: Table) -> None:
    two_counties(table)
    incident(table.desk.engine, 1)
    analyst = table.seat("analyst")
    made = analyst.post("/api/v1/reports", json={"incident": "2026-0001"}).json()["id"]

    paper = analyst.get(f"/province/reports/{made}/pdf")

    assert (paper.status_code, paper.content[:5]) == (200, b"%PDF-")


def test_a_draft_is_withdrawn_and_what_is_not_there_is_404(table: Table) -> None:
    two_counties(table)
    incident(table.desk.engine, 1)
    analyst = table.seat("analyst")
    made = analyst.post("/api/v1/reports", json={"incident": "2026-0001"}).json()["id"]

    assert analyst.post(f"/province/reports/{made}/withdraw", data={"reason": "重复"}).status_code == 303
    assert analyst.get("/api/v1/reports/RP-0").status_code == 404
    assert analyst.get("/province/reports/RP-0").status_code == 404
    assert analyst.post("/api/v1/reports", json={"incident": "2026-0009"}).status_code == 404
    assert analyst.post(f"/province/reports/{made}/reopen").status_code == 409
