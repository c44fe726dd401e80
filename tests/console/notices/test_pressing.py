"""Who is late is reminded, then pressed step by step by people; whoever acted is left alone."""

from __future__ import annotations

from console.notices import jobs
from tests.console.noticeside import Bureau


def test_only_those_who_have_not_acted_are_reminded_and_nobody_twice_at_once(bureau: Bureau) -> None:
    notice = bureau.signed(1, kind="tip")
    links = bureau.move(bureau.drafter, notice, "issued")["links"]
    bureau.say(links["U-1"].removeprefix("http://127.0.0.1:8600"), "sign", name="扎西")

    told = [bureau.drafter.post("/api/v1/notices/remind", json={"notices": [notice]}).json()["told"] for _ in range(2)]
    assert told == [1, 0]
    [message] = bureau.messages("reminder")
    assert message.recipient == "U-2 示例局"


def test_pressure_grows_by_people_step_by_step_and_ends_when_the_unit_acts(bureau: Bureau) -> None:
    notice, link = bureau.issued(1, severity="high")
    bureau.move(bureau.drafter, notice, "urged", expect=409)
    bureau.table.clock.pass_by(days=6)
    jobs.watch(bureau.clerk())
    assert bureau.row(notice).pressure == "overdue"
    again = bureau.table.seat("editor", login="again")
    chief = bureau.table.seat("commander", login="chief")
    bureau.move(again, notice, "supervised", expect=409)
    bureau.move(again, notice, "urged")
    letter = bureau.move(again, notice, "supervised")["letter"]
    bureau.move(again, notice, "escalated", "拒不整改", expect=403)
    bureau.move(chief, notice, "escalated", expect=422)
    bureau.move(chief, notice, "escalated", "拒不整改")
    assert [one.subject[:4] for one in bureau.messages("notice")] == ["【催办】", "【督办】", "【通报批"]

    drafted = bureau.row(letter)
    assert (drafted.kind, drafted.about_id, drafted.state) == ("supervise", notice, "draft")
    assert "甘网安通〔2026〕1号" in drafted.text
    bureau.say(link, "sign", name="扎西")
    assert bureau.row(notice).pressure == "none"


def test_suspended_time_does_not_count(bureau: Bureau) -> None:
    notice, link = bureau.issued()
    before = bureau.row(notice).rectify_by
    bureau.move(bureau.reviewer, notice, "suspended", "机房搬迁")
    bureau.say(link, "sign", expect=409, name="扎西")
    bureau.table.clock.pass_by(hours=5)
    bureau.reviewer = bureau.table.seat("editor", login="later")
    bureau.move(bureau.reviewer, notice, "resumed")
    row = bureau.row(notice)

    assert (row.state, (row.rectify_by - before).total_seconds()) == ("issued", 5 * 3600)
    bureau.move(bureau.reviewer, notice, "resumed", expect=409)
