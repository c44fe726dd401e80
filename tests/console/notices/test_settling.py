"""Only clean answers or two people's waiver end a notice; what fails or comes back is open again."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import select, update

from analytics.db import FINDING, RETEST
from console.notices import jobs
from tests.console.deskdata import incident
from tests.console.noticeside import REPORT, Bureau


def test_clean_answers_of_all_its_orders_close_the_notice(bureau: Bureau) -> None:
    notice, link = bureau.fed_back(1, 2)
    assert bureau.say(link, "retest")["state"] == "retesting"
    jobs.settle(bureau.clerk())
    assert bureau.row(notice).state == "retesting"

    bureau.answer("clean", "closed")
    jobs.settle(bureau.clerk())
    jobs.settle(bureau.clerk())
    row = bureau.row(notice)
    assert (row.state, row.closed_reason) == ("closed", "复测全部通过")
    assert bureau.kinds(notice)[-3:] == ["retested", "retested", "closed"]
    assert [one.subject[:4] for one in bureau.messages("notice")] == ["【销号】"]


def test_a_failing_answer_returns_it_with_the_reason(bureau: Bureau) -> None:
    notice, link = bureau.fed_back()
    bureau.say(link, "retest")
    bureau.answer("present", "rectifying")
    jobs.settle(bureau.clerk())

    assert bureau.row(notice).state == "returned"
    assert "复测未通过：隐患1仍然存在" in bureau.table.browser().get(link).text
    bureau.say(link, "feedback", **REPORT)
    bureau.say(link, "retest")
    bureau.answer("clean", "closed")
    jobs.settle(bureau.clerk())
    assert bureau.row(notice).state == "closed"


def test_no_result_is_ordered_again_three_times_and_then_asks_a_person(bureau: Bureau) -> None:
    notice, link = bureau.fed_back()
    bureau.say(link, "retest")
    for _ in range(5):
        bureau.table.clock.pass_by(minutes=1)
        bureau.answer("unknown", "retest")
        jobs.settle(bureau.clerk())
    with bureau.table.desk.engine.begin() as connection:
        assert len(connection.execute(select(RETEST)).all()) == 3
    assert bureau.row(notice).state == "retesting"
    assert bureau.kinds(notice)[-1] == "no_answer"
    assert "复测没有得到结果" in bureau.drafter.get(f"/notices/{notice}").text

    bureau.move(bureau.drafter, notice, "retesting", expect=200)
    bureau.answer("clean", "closed")
    jobs.settle(bureau.clerk())
    assert bureau.row(notice).state == "closed"


def test_a_person_cannot_close_what_is_still_open(bureau: Bureau) -> None:
    notice, _link = bureau.fed_back()

    assert "still open" in bureau.move(bureau.reviewer, notice, "closed", "看起来好了", expect=422)["detail"]


def test_a_waiver_needs_two_people_and_then_closes(bureau: Bureau) -> None:
    notice, _link = bureau.fed_back()
    asked = {"finding": "fi-0001", "reason": "系统下月下线", "version": bureau.row(notice).version}
    assert bureau.reviewer.post(f"/api/v1/notices/{notice}/waiver", json=asked).status_code == 200
    decision = {"finding": "fi-0001", "grant": True, "version": bureau.row(notice).version}
    same = bureau.reviewer.post(f"/api/v1/notices/{notice}/waiver/decide", json=decision)
    assert (same.status_code, bureau.row(notice).state) == (403, "feedback")

    assert bureau.drafter.post(f"/api/v1/notices/{notice}/waiver/decide", json=decision).status_code == 200
    assert bureau.row(notice).state == "closed"
    assert bureau.finding_state() == "accepted"
    again = bureau.drafter.post(f"/api/v1/notices/{notice}/waiver/decide", json=decision)
    assert again.status_code == 409


def test_a_refused_waiver_leaves_the_weakness_open(bureau: Bureau) -> None:
    notice, _link = bureau.fed_back()
    asked = {"finding": "fi-0001", "reason": "系统下月下线", "version": bureau.row(notice).version}
    bureau.reviewer.post(f"/api/v1/notices/{notice}/waiver", json=asked)
    decision = {"finding": "fi-0001", "grant": False, "version": bureau.row(notice).version}
    bureau.drafter.post(f"/api/v1/notices/{notice}/waiver/decide", json=decision)

    assert bureau.row(notice).state == "feedback"
    late = {**decision, "grant": True, "version": bureau.row(notice).version}
    assert bureau.drafter.post(f"/api/v1/notices/{notice}/waiver/decide", json=late).status_code == 422


def test_waiving_what_is_being_tested_ends_the_test(bureau: Bureau) -> None:
    notice, link = bureau.fed_back()
    bureau.say(link, "retest")
    asked = {"finding": "fi-0001", "reason": "系统下月下线", "version": bureau.row(notice).version}
    bureau.reviewer.post(f"/api/v1/notices/{notice}/waiver", json=asked)
    decision = {"finding": "fi-0001", "grant": True, "version": bureau.row(notice).version}
    assert bureau.drafter.post(f"/api/v1/notices/{notice}/waiver/decide", json=decision).status_code == 200

    with bureau.table.desk.engine.begin() as connection:
        assert connection.execute(select(RETEST.c.state)).scalar() == "void"
    assert (bureau.row(notice).state, bureau.finding_state()) == ("closed", "accepted")


def test_what_comes_back_opens_its_notice_again_with_new_clocks(bureau: Bureau) -> None:
    notice, link = bureau.fed_back()
    bureau.say(link, "retest")
    bureau.answer("clean", "closed")
    jobs.settle(bureau.clerk())
    bureau.table.clock.pass_by(days=20)
    with bureau.table.desk.engine.begin() as connection:
        connection.execute(update(FINDING).values(state="reopened", version=FINDING.c.version + 1))
    jobs.settle(bureau.clerk())
    jobs.settle(bureau.clerk())
    row = bureau.row(notice)

    assert (row.state, row.closed_at, bureau.finding_state()) == ("reopened", None, "noticed")
    # Seven days on is a Sunday: the term ends with Monday's office hours in China.
    assert row.rectify_by == datetime(2026, 12, 21, 10, tzinfo=UTC)
    assert bureau.kinds(notice).count("reopened") == 1


def test_without_a_weakness_another_person_closes_what_was_reported(bureau: Bureau) -> None:
    incident(bureau.table.desk.engine, 9)
    made = bureau.drafter.post("/api/v1/notices", json={"kind": "hazard", "incident": "2026-0009"}).json()["id"]
    bureau.move(bureau.reviewer, made, "reviewed")
    bureau.move(bureau.signer, made, "signed")
    link = next(iter(bureau.move(bureau.drafter, made, "issued")["links"].values()))
    link = link.removeprefix("http://127.0.0.1:8600")
    bureau.say(link, "sign", name="扎西")
    bureau.say(link, "feedback", **REPORT)
    bureau.say(link, "retest", expect=422)
    bureau.move(bureau.drafter, made, "closed", "已核查", expect=403)
    bureau.move(bureau.reviewer, made, "closed", "已核查")
    assert bureau.row(made).state == "closed"
