"""The one next step."""

from __future__ import annotations

from console.notices.queries import dossier, one
from console.notices.steps import steps_for
from tests.console.noticeside import Bureau
from tests.console.viewers import viewer_of


def test_a_report_leads_to_the_retest_and_a_wish_for_time_to_a_decision(bureau: Bureau) -> None:
    notice, link = bureau.issued()
    editor = viewer_of("editor")

    def lead() -> list[str]:
        with bureau.table.desk.reads.begin() as connection:
            row = one(connection, editor, notice)
            assert row is not None
            return list(steps_for(connection, dossier(connection, row), editor, bureau.table.clock()).lead)

    assert lead() == []
    bureau.say(link, "sign", name="扎西")
    bureau.say(link, "extension", until="2026-12-20", reason="设备采购")
    assert lead() == ["granted", "refused"]
    bureau.move(bureau.drafter, notice, "granted")
    bureau.say(link, "feedback", measures="已关闭", finished="2026-11-24", person="扎西")
    assert lead() == ["retesting"]


def test_who_wrote_a_notice_is_not_offered_its_review(bureau: Bureau) -> None:
    notice = bureau.draft(1)
    offer = '<input type="hidden" name="to" value="reviewed">'

    assert offer not in bureau.drafter.get(f"/notices/{notice}").text
    assert offer in bureau.reviewer.get(f"/notices/{notice}").text
