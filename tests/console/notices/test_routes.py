"""The office's pages: the board, a notice and its next step, few clicks to a draft."""

from __future__ import annotations

import io
import zipfile

from tests.console.deskdata import finding, incident
from tests.console.noticeside import Bureau


def test_chosen_findings_of_two_units_become_a_draft_for_each(bureau: Bureau) -> None:
    engine = bureau.table.desk.engine
    ids = [finding(engine, 1), finding(engine, 2), finding(engine, 3, unit_id="U-2", site_id="ld-1", county="513322")]
    assert 'form="draft"' in bureau.drafter.get("/findings").text
    made = bureau.drafter.post("/notices", data={"kind": "hazard", "findings": ids})

    assert (made.status_code, made.headers["location"]) == (303, "/notices?state=inside")
    assert len(bureau.drafter.get("/api/v1/notices?state=inside").json()["notices"]) == 2
    assert bureau.drafter.post("/notices", data={"kind": "hazard"}).status_code == 422
    assert bureau.drafter.post("/notices", data={"kind": "hazard", "findings": ["fi-none"]}).status_code == 404


def test_the_page_shows_each_person_their_one_step(bureau: Bureau) -> None:
    notice = bureau.draft(1)
    assert "审核通过" in bureau.reviewer.get(f"/notices/{notice}").text
    assert "审核通过" not in bureau.signer.get(f"/notices/{notice}").text
    bureau.move(bureau.reviewer, notice, "reviewed")
    assert 'value="signed"' in bureau.signer.get(f"/notices/{notice}").text
    bureau.move(bureau.signer, notice, "signed")
    version = str(bureau.row(notice).version)
    issued = bureau.drafter.post(f"/notices/{notice}/move", data={"to": "issued", "version": version})
    assert "仅显示一次" in issued.text
    assert "/n/" in issued.text
    assert "/n/" not in bureau.drafter.get(f"/notices/{notice}").text
    assert "等待单位签收" in bureau.drafter.get(f"/notices/{notice}").text


def test_a_draft_is_edited_by_form_and_a_stale_one_is_refused(bureau: Bureau) -> None:
    notice = bureau.draft(1)
    assert "修改文稿" in bureau.drafter.get(f"/notices/{notice}/edit").text
    said = {
        "version": "1",
        "title": "关于隐患的通报",
        "text": "正文一行。\r\n请于【整改时限】前完成。",
        "advice": "改",
        "sign_amount": "2",
        "sign_unit": "hours",
        "rectify_amount": "5",
        "rectify_unit": "working_days",
        "feedback_amount": "6",
        "feedback_unit": "days",
        "secrecy": "公开",
        "urgency": "加急",
        "cc": "甲局\n乙局\n",
    }
    assert bureau.drafter.post(f"/notices/{notice}/edit", data=said).status_code == 303
    row = bureau.row(notice)
    assert (row.title, row.cc, row.terms["sign"], row.urgency) == (
        *("关于隐患的通报", ["甲局", "乙局"], {"amount": 2.0, "unit": "hours"}),
        "加急",
    )
    assert bureau.drafter.post(f"/notices/{notice}/edit", data=said).status_code == 409
    wrong = {**said, "version": "2", "sign_unit": "moons"}
    assert bureau.drafter.post(f"/notices/{notice}/edit", data=wrong).status_code == 422
    bureau.move(bureau.reviewer, notice, "reviewed")
    assert bureau.drafter.get(f"/notices/{notice}/edit").status_code == 303
    late = bureau.drafter.put(f"/api/v1/notices/{notice}", json={"version": 3, "title": "另一个标题"})
    assert late.status_code == 409


def test_the_paper_is_saved_as_docx_and_printed(bureau: Bureau) -> None:
    notice, _link = bureau.issued()
    docx = bureau.drafter.get(f"/notices/{notice}/docx")

    assert docx.status_code == 200
    assert "attachment" in docx.headers["content-disposition"]
    assert "%E7%94%98%E7%BD%91%E5%AE%89%E9%80%9A" in docx.headers["content-disposition"]
    assert "word/document.xml" in zipfile.ZipFile(io.BytesIO(docx.content)).namelist()
    assert "甘网安通〔2026〕1号" in bureau.drafter.get(f"/notices/{notice}/print").text


def test_the_board_puts_the_late_first_and_reminds_what_is_chosen(bureau: Bureau) -> None:
    notice, _link = bureau.issued()
    board = bureau.drafter.get("/notices").text
    assert "甘网安通〔2026〕1号" in board
    told = bureau.drafter.post("/notices/remind", data={"ids": [notice]})
    assert told.headers["location"] == "/notices?state=overdue&told=1"
    assert "已提醒 1 个单位" in bureau.drafter.get(told.headers["location"]).text
    assert bureau.drafter.get("/notices?state=nonsense").status_code == 200


def test_a_county_sees_its_own_notices_and_no_others(bureau: Bureau) -> None:
    mine, _link = bureau.issued(1)
    kangding = bureau.table.seat("county", county="513301")
    luding = bureau.table.seat("county", county="513322")

    assert kangding.get(f"/notices/{mine}").status_code == 200
    assert luding.get(f"/notices/{mine}").status_code == 404
    assert luding.get(f"/notices/{mine}/docx").status_code == 404
    assert luding.get(f"/api/v1/notices/{mine}").status_code == 404
    assert "甘网安通" not in luding.get("/notices").text
    circular = bureau.signed(2, kind="tip")
    bureau.move(bureau.drafter, circular, "issued")
    told = luding.get(f"/api/v1/notices/{circular}").json()
    assert [one["unit"] for one in told["recipients"]] == ["U-2"]
    assert "U-1" not in str(told)


def test_an_incidents_page_drafts_and_lists_its_notices(bureau: Bureau) -> None:
    incident(bureau.table.desk.engine, 5)
    made = bureau.drafter.post("/notices", data={"kind": "hazard", "incident": "2026-0005"})
    page = bureau.drafter.get("/incidents/2026-0005").text

    assert made.headers["location"] in page
    assert "起草通报" in page


def test_a_question_is_answered_to_the_unit(bureau: Bureau) -> None:
    notice, link = bureau.issued()
    bureau.say(link, "ask", text="能否延期？")
    bureau.drafter.post(f"/notices/{notice}/answer", data={"text": "请提交延期申请"})

    assert "请提交延期申请" in bureau.table.browser().get(link).text
    assert "请提交延期申请" in bureau.messages("notice")[0].text


def test_waivers_and_links_have_their_forms(bureau: Bureau) -> None:
    notice, _link = bureau.fed_back()
    form = {"finding": "fi-0001", "version": str(bureau.row(notice).version), "reason": "下月下线"}
    assert bureau.drafter.post(f"/notices/{notice}/waiver", data=form).status_code == 303
    assert "同意豁免" in bureau.reviewer.get(f"/notices/{notice}").text
    decide = {"finding": "fi-0001", "version": str(bureau.row(notice).version), "grant": "true"}
    assert bureau.drafter.post(f"/notices/{notice}/waiver/decide", data=decide).status_code == 403
    assert "/n/" in bureau.drafter.post(f"/notices/{notice}/link", data={"unit": "U-1"}).text
    assert bureau.drafter.post(f"/notices/{notice}/revoke", data={"unit": "U-1"}).status_code == 303
    assert bureau.reviewer.post(f"/notices/{notice}/waiver/decide", data=decide).status_code == 303
