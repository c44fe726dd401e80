"""The clerk's part: orders handed over, lateness found, links forgotten; run twice, nothing is doubled."""

from __future__ import annotations

from sqlalchemy import select, update

from analytics.db import RETEST
from console.notices import jobs
from console.notify.tables import DELIVERY
from sensors.contract.orders import decode, waiting
from tests.console.noticeside import Bureau


def test_orders_are_laid_down_where_the_probe_looks_even_after_a_kill_in_between(bureau: Bureau) -> None:
    _notice, link = bureau.fed_back(1, location="/upload/", check_id="exposure/git")
    bureau.say(link, "retest")
    jobs.hand_over(bureau.clerk())
    with bureau.table.desk.engine.begin() as connection:
        connection.execute(update(RETEST).values(state="ordered"))
    jobs.hand_over(bureau.clerk())

    [path] = waiting(bureau.table.desk.data.orders)
    order = decode(path.read_bytes())
    assert (order.site, order.check_id, order.location) == ("kd-1", "exposure/git", "/upload/")
    with bureau.table.desk.engine.begin() as connection:
        row = connection.execute(select(RETEST)).one()
    assert (row.id, row.state) == (order.id, "sent")


def test_reminders_come_before_at_and_after_a_deadline_each_once(bureau: Bureau) -> None:
    notice, _link = bureau.issued(1, severity="high")
    clock, clerk = bureau.table.clock, bureau.clerk()
    due = bureau.row(notice).sign_by

    def told(hours: float) -> list[str]:
        clock.now = due.replace()
        clock.pass_by(hours=hours)
        for _ in range(2):
            jobs.watch(clerk)
        return [one.subject[:4] for one in bureau.messages("reminder")]

    assert told(-5) == []
    assert told(-3) == ["【提醒】"]
    assert told(0.1) == ["【提醒】"] * 2
    assert told(1) == ["【提醒】"] * 2
    assert told(25) == ["【提醒】"] * 2 + ["【催办】"]
    assert bureau.row(notice).pressure == "overdue"
    assert bureau.kinds(notice).count("overdue") == 1


def test_a_sent_link_is_forgotten_and_one_that_waits_is_not(bureau: Bureau) -> None:
    _notice, link = bureau.issued()
    jobs.forget(bureau.clerk())
    assert link in bureau.messages("link")[0].text
    with bureau.table.desk.engine.begin() as connection:
        connection.execute(update(DELIVERY).values(state="sent"))
    jobs.forget(bureau.clerk())
    jobs.forget(bureau.clerk())

    assert link not in bureau.messages("link")[0].text
