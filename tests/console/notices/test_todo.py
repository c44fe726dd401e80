"""Each person is asked only for what they may do."""

from __future__ import annotations

from tests.console.noticeside import Bureau


def test_a_draft_asks_the_reviewer_a_review_the_signer_and_a_signature_the_drafter(bureau: Bureau) -> None:
    notice = bureau.draft(1)
    seats = (bureau.drafter, bureau.reviewer, bureau.signer)
    assert [f"/notices/{notice}" in seat.get("/").text for seat in seats] == [False, True, False]
    bureau.move(bureau.reviewer, notice, "reviewed")
    assert [f"/notices/{notice}" in seat.get("/").text for seat in seats] == [False, False, True]
    bureau.move(bureau.signer, notice, "signed")
    assert "下发通报" in bureau.drafter.get("/").text
