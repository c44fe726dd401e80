"""Programs do what pages do, by the same rules."""

from __future__ import annotations

from tests.console.noticeside import Bureau


def test_a_move_in_an_old_version_is_refused(bureau: Bureau) -> None:
    notice = bureau.draft(1)
    bureau.move(bureau.reviewer, notice, "reviewed")
    old = bureau.signer.post(f"/api/v1/notices/{notice}/move", json={"to": "signed", "version": 1})

    assert (old.status_code, bureau.row(notice).state) == (409, "reviewed")


def test_without_the_permission_nothing_moves_whatever_the_guard_lets_through(bureau: Bureau) -> None:
    notice = bureau.draft(1)
    analyst = bureau.table.seat("analyst")
    bureau.move(analyst, notice, "reviewed", expect=403)
    bureau.move(bureau.reviewer, notice, "signed", expect=403)
    bureau.move(bureau.reviewer, notice, "exploded", expect=422)
    assert bureau.row(notice).state == "draft"


def test_an_answer_needs_a_notice_that_is_out(bureau: Bureau) -> None:
    notice = bureau.draft(1)

    assert bureau.drafter.post(f"/api/v1/notices/{notice}/answer", json={"text": "好的"}).status_code == 409
    assert bureau.drafter.post("/api/v1/notices/no-none/answer", json={"text": "好的"}).status_code == 404
    assert bureau.drafter.put(f"/api/v1/notices/{notice}", json={"version": 1}).status_code == 422
    many = {"notices": ["x"] * 201}
    assert bureau.drafter.post("/api/v1/notices/remind", json=many).status_code == 422
