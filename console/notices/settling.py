"""How a notice ends: by its re-tests' clean answers, by waivers of two people, and how it comes back on a rebound."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, select, update

from analytics.correlation.records import enter as enter_incident
from analytics.db import FINDING, RETEST
from analytics.findings.finding import MACHINE, MOVES
from analytics.findings.move import move as move_finding
from analytics.findings.retest import OPEN
from analytics.grading.tables import Words as Both
from analytics.lifecycle import Unfit, Unknown
from console.calendar.working_time import load_calendar
from console.notices.kinds import load_rules
from console.notices.lifecycle import MOVES as LIFE
from console.notices.person import Person, apart
from console.notices.records import Entry, Words, change, enter, findings_of, get, go, recipients_of
from console.notices.retesting import order_retest
from console.notices.tables import NOTICE_FINDING
from console.notices.telling import tell_unit
from console.notices.terms import moments
from console.office.settings import Office


def open_findings(connection: Connection, notice_id: str) -> list[Row[Any]]:
    """The findings of a notice that are neither closed nor waived."""
    return [one for one in findings_of(connection, notice_id) if one.state == "open"]


def order(connection: Connection, row: Row[Any], by: str, at: datetime) -> int:
    """Order a re-test of everything that is open; returns how many. ValueError when there is nothing to test."""
    mine = open_findings(connection, row.id)
    if not mine:
        raise Unfit(
            "本通报没有可由探针复测的隐患，请人工核对反馈后办理",
            "this notice has no weakness for the probe to test; the office checks the report itself",
        )
    for one in mine:
        order_retest(connection, one.finding_id, by, at, row.id, row.exercise_id)
    words = Words(f"已安排复测，共 {len(mine)} 项", f"Re-test ordered of {len(mine)}")
    if row.state == "retesting":
        enter(connection, row.id, at, Entry("retest", words, by))
    else:
        go(connection, row, "retesting", at, Entry("retest", words, by))
    return len(mine)


def settle(connection: Connection, row: Row[Any], office: Office, at: datetime) -> bool:
    """Take the answers of a notice's re-tests in, when all are there; whether anything changed."""
    mine = open_findings(connection, row.id)
    orders = _orders(connection, row.id)
    if any(one.state in OPEN for one in orders):
        return False
    states = _states(connection, [one.finding_id for one in mine])
    gone = [one for one in mine if states.get(one.finding_id) in ("closed", "false_positive", "accepted")]
    for one in gone:
        _closed(connection, one, at)
    left = [one for one in mine if one not in gone]
    if not left:
        _settled(connection, row.id, at)
        close(connection, row, MACHINE, "复测全部通过", office, at)
        return True
    failed = [one for one in left if states.get(one.finding_id) != "retest"]
    if failed:
        _fail(connection, row, failed, left, office, at)
        return True
    return _once_more(connection, row, left, orders, at)


def close(connection: Connection, row: Row[Any], by: str, reason: str, office: Office, at: datetime) -> None:
    """销号. IllegalMove where the table does not allow it."""
    words = Words(f"销号：{reason}", f"Closed: {reason}")
    after = go(
        connection,
        row,
        "closed",
        at,
        Entry("closed", words, by),
        closed_at=at,
        closed_reason=reason,
        pressure="none",
    )
    for one in recipients_of(connection, row.id):
        tell_unit(connection, "closed", after, one.unit_id, office, at, key=f"closed/{row.version}", text=reason)
    if row.incident_id:
        said = Both(f"通报 {row.number} 销号", f"Notice {row.number} closed")
        enter_incident(connection, row.incident_id, "notice_closed", row.id, at, at, said, by)


def close_by_hand(connection: Connection, row: Row[Any], person: Person, office: Office) -> None:
    """Close what no probe can test. ValueError while a weakness is open; SamePerson for whoever wrote the notice."""
    mine = open_findings(connection, row.id)
    if mine:
        raise Unfit(
            f"还有 {len(mine)} 项隐患未闭环；复测通过或者两人同意豁免后才能销号",
            f"{len(mine)} weaknesses are still open; only a clean re-test or a waiver by two closes them",
        )
    apart(
        person,
        row.authors,
        Words(
            "拟稿人不能自行销号，须由另一位审核人办理",
            "whoever wrote a notice cannot close it by hand; another reviewer has to",
        ),
    )
    close(connection, row, person.login, person.reason, office, person.at)


def give_back(connection: Connection, row: Row[Any], by: str, reason: str, office: Office, at: datetime) -> None:
    """Return a report to its unit, with the reason."""
    words = Words(f"退回重改：{reason}", f"Returned: {reason}")
    after = go(connection, row, "returned", at, Entry("returned", words, by))
    for one in recipients_of(connection, row.id):
        tell_unit(connection, "returned", after, one.unit_id, office, at, key=f"returned/{row.version}", text=reason)


def ask_waiver(connection: Connection, row: Row[Any], finding_id: str, person: Person) -> None:
    """Propose to let a weakness stand, with the reason; a second person decides."""
    one = _of_notice(connection, row, finding_id)
    if len(person.reason.strip()) < 2:
        raise Unfit("请写明理由，至少两个字", "say why in at least two characters")
    asked = {"waiver_reason": person.reason, "waiver_by": person.login, "waiver_account": person.account}
    connection.execute(update(NOTICE_FINDING).where(NOTICE_FINDING.c.id == one.id).values(**asked, waiver_at=person.at))
    title = one.snapshot["title"]
    words = Words(f"提出豁免“{title}”：{person.reason}", f"Waiver of “{title}” proposed: {person.reason}")
    change(connection, row, person.at)
    enter(connection, row.id, person.at, Entry("waiver_asked", words, person.login, open=False))


def decide_waiver(
    connection: Connection, row: Row[Any], finding_id: str, person: Person, office: Office, *, grant: bool
) -> None:
    """Grant or refuse a waiver. SamePerson for whoever proposed it. Granted, the risk is accepted until a day."""
    one = _of_notice(connection, row, finding_id)
    if one.waiver_at is None:
        raise Unfit("没有人提出豁免该隐患", f"nobody proposed to waive finding {finding_id}")
    apart(
        person,
        [one.waiver_account],
        Words(
            "提出豁免的人不能自己批准，须由第二人决定",
            "whoever proposed a waiver cannot grant it; a second person has to",
        ),
    )
    title = one.snapshot["title"]
    mine = update(NOTICE_FINDING).where(NOTICE_FINDING.c.id == one.id)
    change(connection, row, person.at)
    if not grant:
        connection.execute(mine.values(waiver_reason=None, waiver_by=None, waiver_account=None, waiver_at=None))
        words = Words(f"未同意豁免“{title}”", f"Waiver of “{title}” refused")
        enter(connection, row.id, person.at, Entry("waiver_refused", words, person.login, open=False))
        return
    connection.execute(mine.values(state="waived", waived_by=person.login, waived_at=person.at))
    _accept(connection, finding_id, f"豁免：{one.waiver_reason}", person)
    words = Words(f"同意豁免“{title}”：{one.waiver_reason}", f"“{title}” waived: {one.waiver_reason}")
    enter(connection, row.id, person.at, Entry("waived", words, person.login))
    if not open_findings(connection, row.id) and "closed" in LIFE[row.state]:
        close(connection, get(connection, row.id), person.login, "隐患均已销号或经批准豁免", office, person.at)


def rebound(
    connection: Connection, row: Row[Any], back: Sequence[Row[Any]], office: Office, at: datetime, data: Path
) -> None:
    """Open a closed notice again for weaknesses that came back; its unit has the same terms once more."""
    titles = "、".join(one.snapshot["title"] for one in back)
    words = Words(f"反弹：{titles}再次出现，通报重新打开", f"Back again: {titles}")
    times = moments(row.terms, at, load_calendar(data))
    fresh = {name: times[name] for name in ("rectify_by", "feedback_by") if name in times}
    after = go(connection, row, "reopened", at, Entry("reopened", words), closed_at=None, closed_reason=None, **fresh)
    for one in back:
        connection.execute(
            update(NOTICE_FINDING).where(NOTICE_FINDING.c.id == one.id).values(state="open", closed_at=None)
        )
        finding = connection.execute(select(FINDING).where(FINDING.c.id == one.finding_id)).one()
        move_finding(
            connection, finding.id, "noticed", MACHINE, f"反弹，通报 {row.number} 重新打开", at, finding.version
        )
    for unit in recipients_of(connection, row.id):
        tell_unit(connection, "reopened", after, unit.unit_id, office, at, key=f"reopened/{row.version}")


def unanswered(connection: Connection, row: Row[Any], at: datetime) -> bool:
    """Whether a notice waits for re-tests that do not come: a person has to look."""
    orders = _orders(connection, row.id)
    rules = load_rules()
    late = [one for one in orders if one.state in OPEN and at - one.ordered_at > rules.retest_within]
    silent = bool(orders) and all(one.settled_at is not None for one in orders)
    return row.state == "retesting" and (bool(late) or silent)


def _once_more(
    connection: Connection, row: Row[Any], left: Sequence[Row[Any]], orders: Sequence[Row[Any]], at: datetime
) -> bool:
    """Order again what had no result, a few times; then it waits for a person."""
    fresh = [one for one in orders if one.settled_at is None]
    if not fresh:
        return False
    ordered = False
    for one in left:
        tried = [each for each in fresh if each.finding_id == one.finding_id]
        if len(tried) < load_rules().retest_attempts:
            order_retest(connection, one.finding_id, MACHINE, at, row.id, row.exercise_id)
            ordered = True
    if ordered:
        words = Words("复测没有得到结果，再次安排", "The re-test came to no result; ordered again")
        enter(connection, row.id, at, Entry("retest", words, open=False))
        return True
    _settled(connection, row.id, at)
    reason = next((one.reason for one in reversed(fresh) if one.reason), "")
    words = Words(f"多次复测没有结果，请人工核实。{reason or ''}", f"No result after several re-tests. {reason or ''}")
    change(connection, row, at)
    enter(connection, row.id, at, Entry("no_answer", words, open=False))
    return True


def _fail(
    connection: Connection,
    row: Row[Any],
    failed: Sequence[Row[Any]],
    left: Sequence[Row[Any]],
    office: Office,
    at: datetime,
) -> None:
    for one in left:
        finding = connection.execute(select(FINDING).where(FINDING.c.id == one.finding_id)).one()
        if finding.state == "retest":
            move_finding(connection, finding.id, "rectifying", MACHINE, "复测没有结果，随通报退回", at, finding.version)
    _settled(connection, row.id, at)
    titles = "、".join(one.snapshot["title"] for one in failed)
    give_back(connection, row, MACHINE, f"复测未通过：{titles}仍然存在", office, at)


def _accept(connection: Connection, finding_id: str, reason: str, person: Person) -> None:
    until = person.at + timedelta(days=load_rules().waiver_days)
    finding = connection.execute(select(FINDING).where(FINDING.c.id == finding_id)).one()
    version = finding.version
    if finding.state == "retest":
        version = move_finding(
            connection, finding_id, "rectifying", person.login, "豁免，终止复测", person.at, version
        ).version
        void = update(RETEST).where(RETEST.c.finding_id == finding_id, RETEST.c.state.in_(OPEN))
        connection.execute(void.values(state="void"))
    if finding.state == "retest" or "accepted" in MOVES[finding.state]:
        move_finding(connection, finding_id, "accepted", person.login, reason, person.at, version, accepted_until=until)


def _closed(connection: Connection, one: Row[Any], at: datetime) -> None:
    mine = update(NOTICE_FINDING).where(NOTICE_FINDING.c.id == one.id)
    connection.execute(mine.values(state="closed", closed_at=at))
    title = one.snapshot["title"]
    words = Words(f"“{title}”复测通过", f"“{title}” is clean in the re-test")
    enter(connection, one.notice_id, at, Entry("retested", words, data={"finding": one.finding_id}))


def _of_notice(connection: Connection, row: Row[Any], finding_id: str) -> Row[Any]:
    found = [one for one in open_findings(connection, row.id) if one.finding_id == finding_id]
    if not found:
        raise Unknown(f"open finding {finding_id} in notice {row.id}")
    return found[0]


def _orders(connection: Connection, notice_id: str) -> Sequence[Row[Any]]:
    mine = select(RETEST).where(RETEST.c.ref == notice_id, RETEST.c.state != "void")
    return connection.execute(mine.order_by(RETEST.c.ordered_at, RETEST.c.id)).all()


def _settled(connection: Connection, notice_id: str, at: datetime) -> None:
    """What was ordered so far is over: the next re-test counts its attempts anew."""
    mine = (RETEST.c.ref == notice_id, RETEST.c.settled_at.is_(None))
    connection.execute(update(RETEST).where(*mine).values(settled_at=at))


def _states(connection: Connection, finding_ids: Sequence[str]) -> dict[str, str]:
    rows = connection.execute(select(FINDING.c.id, FINDING.c.state).where(FINDING.c.id.in_(list(finding_ids))))
    return {row.id: row.state for row in rows}
