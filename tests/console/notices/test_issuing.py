"""Reviewed by another, signed by a third, issued with a number, clocks, links and messages."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from analytics.db import FINDING, FINDING_MOVE
from console.exercise.state import start
from console.notices.tables import NOTICE_LINK, NOTICE_NUMBER
from tests.console.noticeside import Bureau


def test_a_notice_goes_from_draft_to_its_unit_through_three_people(bureau: Bureau) -> None:
    notice, link = bureau.issued(1, severity="high")
    row = bureau.row(notice)

    assert (row.state, row.number, row.drafted_by, row.reviewed_by, row.signed_by) == (
        *("issued", "甘网安通〔2026〕1号"),
        *("drafter", "reviewer", "signer"),
    )
    assert row.sign_by < row.rectify_by
    assert "【" not in row.text.replace("【隐患清单】", "")
    assert bureau.finding_state() == "noticed"
    [told] = bureau.messages()
    assert told.kind == "link"
    assert link in told.text
    assert told.addresses == {"email": "z@u-1.example", "phone": "13800000000"}
    assert bureau.kinds(notice) == ["drafted", "reviewed", "signed_off", "issued", "sent"]


def test_only_the_hash_of_a_token_is_kept(bureau: Bureau) -> None:
    _notice, link = bureau.issued()
    with bureau.table.desk.engine.begin() as connection:
        kept = connection.execute(select(NOTICE_LINK)).one()

    token = link.removeprefix("/n/")
    assert len(token) >= 43
    assert token not in str(kept)


def test_whoever_wrote_it_cannot_review_and_whoever_reviewed_cannot_sign(bureau: Bureau) -> None:
    both = bureau.table.seat("editor", "commander", login="both")
    notice = bureau.draft(1)
    refused = bureau.move(bureau.drafter, notice, "reviewed", expect=403)
    assert "another reviewer" in refused["detail"]
    bureau.move(both, notice, "reviewed")
    assert "another signer" in bureau.move(both, notice, "signed", expect=403)["detail"]
    assert bureau.row(notice).state == "reviewed"


def test_whoever_edited_a_draft_is_one_of_its_authors_whatever_their_roles(bureau: Bureau) -> None:
    both = bureau.table.seat("editor", "commander", login="both")
    notice = bureau.draft(1)
    sent = {"version": 1, "title": "关于隐患的通报"}
    assert both.put(f"/api/v1/notices/{notice}", json=sent).status_code == 200
    bureau.move(both, notice, "reviewed", expect=403)
    bureau.move(bureau.reviewer, notice, "reviewed")
    bureau.move(both, notice, "signed", expect=403)


def test_the_drafter_in_a_second_session_is_still_the_drafter(bureau: Bureau) -> None:
    notice = bureau.draft(1)
    other_tab = bureau.drafter.post(
        f"/notices/{notice}/move",
        data={"to": "reviewed", "version": "1", "csrf": bureau.drafter.headers["x-csrf-token"]},
    )
    assert other_tab.status_code == 403


def test_sent_back_it_must_be_reviewed_and_signed_anew(bureau: Bureau) -> None:
    notice = bureau.signed()
    bureau.move(bureau.reviewer, notice, "draft", expect=422)
    bureau.move(bureau.reviewer, notice, "draft", "时限写错")
    row = bureau.row(notice)

    assert (row.state, row.reviewed_by, row.signed_by) == ("draft", None, None)
    bureau.move(bureau.drafter, notice, "issued", expect=409)


def test_what_is_refused_at_issue_takes_no_number(bureau: Bureau) -> None:
    notice = bureau.signed()
    with bureau.table.desk.engine.begin() as connection:
        connection.execute(update(FINDING).values(state="closed"))
    assert "gone meanwhile" in bureau.move(bureau.drafter, notice, "issued", expect=422)["detail"]
    with bureau.table.desk.engine.begin() as connection:
        assert connection.execute(select(NOTICE_NUMBER)).all() == []
        assert connection.execute(select(FINDING_MOVE)).all() == []

    _second, _link = bureau.issued(2)
    assert bureau.row(_second).seq == 1


def test_a_circular_goes_to_every_unit_with_a_site_each_by_its_own_link(bureau: Bureau) -> None:
    notice = bureau.signed(1, kind="tip")
    links = bureau.move(bureau.drafter, notice, "issued")["links"]

    assert set(links) == {"U-1", "U-2"}
    assert len(set(links.values())) == 2
    assert bureau.row(notice).number == "2026年第1期（总第1期）"
    assert bureau.finding_state() == "new"


def test_an_exercise_has_its_own_series(bureau: Bureau) -> None:
    with bureau.table.desk.engine.begin() as connection:
        start(connection, "演练一", "lead", bureau.table.clock())
    notice, _link = bureau.issued()

    assert bureau.row(notice).number == "演练·甘网安通〔2026〕1号"


@pytest.mark.parametrize("state", ["draft", "issued"])
def test_withdrawal_needs_a_reason_and_ends_the_links(bureau: Bureau, state: str) -> None:
    if state == "draft":
        notice = bureau.draft(1)
        bureau.move(bureau.reviewer, notice, "withdrawn", "误报")
    else:
        notice, link = bureau.issued()
        bureau.move(bureau.reviewer, notice, "withdrawn", expect=422)
        bureau.move(bureau.reviewer, notice, "withdrawn", "误报")
        assert bureau.table.browser().get(link).status_code == 404
        assert "撤销" in bureau.messages("notice")[-1].subject
    assert bureau.row(notice).state == "withdrawn"
