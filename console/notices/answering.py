"""What a unit does with a notice: sign for it, ask back, report, hand in proof, ask for more time and for a re-test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Row, func, insert, select, update

from analytics.db import FINDING
from analytics.findings.finding import MACHINE
from analytics.findings.move import move as move_finding
from analytics.lifecycle import IllegalMove, Unfit, Unknown
from console.notices import settling
from console.notices.kinds import load_rules
from console.notices.lifecycle import WITH_UNIT, extended
from console.notices.records import Entry, Words, change, enter, findings_of, go, new_id, recipients_of
from console.notices.tables import NOTICE_ENTRY, NOTICE_FILE, NOTICE_RECIPIENT
from console.notices.uploads import Proof, keep
from console.office.settings import Office
from console.papers.notice_paper import moment

# 整改报告 states 原因, 措施, 完成时间, 举一反三, and who answers for it.
REPORT: Final = ("cause", "measures", "finished", "others", "person", "phone")
_NEEDED: Final = {
    "measures": Words("整改措施", "what was done"),
    "finished": Words("完成时间", "when it was finished"),
    "person": Words("责任人", "who answers for it"),
}
_LONGEST: Final = {"cause": 1000, "measures": 2000, "others": 1000, "finished": 40, "person": 60, "phone": 40}


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody of a unit, by link or by account."""

    unit_id: str
    by: str
    at: datetime


def recipient(connection: Connection, notice_id: str, unit_id: str) -> Row[Any]:
    """A notice's recipient. Unknown for a unit that it does not go to."""
    for one in recipients_of(connection, notice_id):
        if one.unit_id == unit_id:
            return one
    raise Unknown(f"notice {notice_id}")


def open_it(connection: Connection, row: Row[Any], actor: Actor) -> None:
    """Note that the unit opened its notice, the first time."""
    one = recipient(connection, row.id, actor.unit_id)
    if one.opened_at is not None:
        return
    connection.execute(update(NOTICE_RECIPIENT).where(NOTICE_RECIPIENT.c.id == one.id).values(opened_at=actor.at))
    enter(connection, row.id, actor.at, Entry("opened", Words("首次打开", "First opened"), actor.by, actor.unit_id))


def sign(connection: Connection, row: Row[Any], actor: Actor, name: str, phone: str, office: Office) -> None:
    """签收. Signing twice is signing once. ValueError without a name; IllegalMove for what is not out."""
    one = recipient(connection, row.id, actor.unit_id)
    if one.signed_at is not None:
        return
    if len(name.strip()) < 2:
        raise Unfit("请填写签收人姓名，至少两个字", "say who signs: a name of at least two characters")
    if row.state != "issued":
        raise IllegalMove(f"notice {row.id}", row.state, "received")
    signed = {"signed_at": actor.at, "signed_name": name.strip()[:60], "signed_phone": phone.strip()[:40]}
    connection.execute(update(NOTICE_RECIPIENT).where(NOTICE_RECIPIENT.c.id == one.id).values(**signed))
    words = Words(f"{one.unit_name}签收，签收人 {signed['signed_name']}", f"Signed for by {signed['signed_name']}")
    said = Entry("signed", words, actor.by, actor.unit_id)
    if [each for each in recipients_of(connection, row.id) if each.signed_at is None]:
        change(connection, row, actor.at)
        enter(connection, row.id, actor.at, said)
        return
    after = go(connection, row, "received", actor.at, said, received_at=actor.at, pressure="none")
    _rectify(connection, row.id, actor)
    if not load_rules().kind(row.kind).must_reply:
        settling.close(connection, after, MACHINE, "已全部签收", office, actor.at)


def begin(connection: Connection, row: Row[Any], actor: Actor) -> None:
    """Say that the rectification has begun."""
    _signed(connection, row, actor)
    if row.state != "rectifying":
        go(
            connection,
            row,
            "rectifying",
            actor.at,
            Entry("rectifying", Words("开始整改", "Begun"), actor.by, actor.unit_id),
        )


def ask(connection: Connection, row: Row[Any], actor: Actor, text: str) -> None:
    """Ask back. ValueError for a question that says nothing."""
    recipient(connection, row.id, actor.unit_id)
    question = text.strip()[:1000]
    if len(question) < 2:
        raise Unfit("请写明要询问的问题，至少两个字", "write the question in at least two characters")
    same = (NOTICE_ENTRY.c.notice_id == row.id, NOTICE_ENTRY.c.unit_id == actor.unit_id, NOTICE_ENTRY.c.kind == "asked")
    last = connection.execute(select(NOTICE_ENTRY.c.text).where(*same).order_by(NOTICE_ENTRY.c.id.desc()).limit(1))
    words = Words(f"单位询问：{question}", f"The unit asks: {question}")
    if last.scalar() == words.zh:
        return
    change(connection, row, actor.at)
    enter(connection, row.id, actor.at, Entry("asked", words, actor.by, actor.unit_id))


def report(
    connection: Connection,
    row: Row[Any],
    actor: Actor,
    said: Mapping[str, str],
    proofs: Sequence[Proof],
    folder: Path,
) -> None:
    """整改反馈 with proof. The same report sent twice is one. ValueError for what is missing; IllegalMove too early."""
    _signed(connection, row, actor)
    told = {name: said.get(name, "").strip()[: _LONGEST[name]] for name in REPORT}
    for name, what in _NEEDED.items():
        if len(told[name]) < 2:
            raise Unfit(f"整改反馈还缺：{what.zh}", f"the report must say {what.en}")
    hashes = sorted(proof.sha256 for proof in proofs)
    if row.state == "feedback" and _last_report(connection, row.id) == {**told, "files": hashes}:
        return
    _add_files(connection, row, actor, proofs, folder)
    words = Words(f"反馈整改情况：{told['measures']}", f"Reported: {told['measures']}")
    entry = Entry("fed_back", words, actor.by, actor.unit_id, data={**told, "files": hashes})
    if row.state == "feedback":
        # A report may be added to while nobody has looked at it.
        change(connection, row, actor.at, feedback_at=actor.at)
        enter(connection, row.id, actor.at, entry)
        return
    go(connection, row, "feedback", actor.at, entry, feedback_at=actor.at, pressure="none")


def ask_retest(connection: Connection, row: Row[Any], actor: Actor) -> None:
    """Ask for the re-test of what was reported; asked twice, it is ordered once. IllegalMove before a report."""
    _signed(connection, row, actor)
    if row.state == "retesting":
        return
    if row.state != "feedback":
        raise IllegalMove(f"notice {row.id}", row.state, "retesting", "请先提交整改反馈，再申请复测")
    settling.order(connection, row, actor.by, actor.at)


def ask_extension(connection: Connection, row: Row[Any], actor: Actor, until: datetime, reason: str) -> None:
    """Ask for more time. ValueError for a day that is no later or a reason that says nothing."""
    _signed(connection, row, actor)
    if row.state not in WITH_UNIT:
        raise IllegalMove(f"notice {row.id}", row.state, "extension")
    if len(reason.strip()) < 2:
        raise Unfit("请写明申请延期的理由，至少两个字", "say why more time is needed in at least two characters")
    if until <= max(actor.at, row.rectify_by or actor.at):
        raise Unfit("延期后的日期应当晚于原定整改时限", "the new day must be later than the deadline")
    asked = {"until": until.isoformat(), "reason": reason.strip()[:500], "by": actor.by, "at": actor.at.isoformat()}
    if row.extension_state == "requested" and row.extension.get("until") == asked["until"]:
        return
    state = extended(row.id, row.extension_state, "requested")
    change(connection, row, actor.at, extension_state=state, extension=asked)
    words = Words(f"申请延期至 {moment(until)}：{asked['reason']}", f"Asks for time until {until.isoformat()}")
    enter(connection, row.id, actor.at, Entry("extension", words, actor.by, actor.unit_id))


def _signed(connection: Connection, row: Row[Any], actor: Actor) -> None:
    one = recipient(connection, row.id, actor.unit_id)
    if one.signed_at is None:
        raise IllegalMove(
            f"notice {row.id}", row.state, "answered before it was signed for", "请先签收通报，再办理其他事项"
        )


def _rectify(connection: Connection, notice_id: str, actor: Actor) -> None:
    """From the unit's signature on, its weaknesses are being rectified."""
    for one in findings_of(connection, notice_id):
        finding = connection.execute(select(FINDING).where(FINDING.c.id == one.finding_id)).one()
        if one.state == "open" and finding.state == "noticed":
            reason = f"单位签收通报 {notice_id}"
            move_finding(connection, finding.id, "rectifying", actor.by[:60], reason, actor.at, finding.version)


def _last_report(connection: Connection, notice_id: str) -> Any:
    mine = (NOTICE_ENTRY.c.notice_id == notice_id, NOTICE_ENTRY.c.kind == "fed_back")
    last = select(NOTICE_ENTRY.c.data).where(*mine).order_by(NOTICE_ENTRY.c.id.desc()).limit(1)
    return connection.execute(last).scalar()


def _add_files(connection: Connection, row: Row[Any], actor: Actor, proofs: Sequence[Proof], folder: Path) -> None:
    had = connection.execute(
        select(func.count()).select_from(NOTICE_FILE).where(NOTICE_FILE.c.notice_id == row.id)
    ).scalar_one()
    most = load_rules().proof["most_files"]
    if had + len(proofs) > most:
        raise Unfit(
            f"每份通报最多附 {most} 个证明文件，已有 {had} 个",
            f"a notice takes at most {most} files of proof; {had} are there already",
        )
    for proof in proofs:
        keep(proof, folder)
        connection.execute(
            insert(NOTICE_FILE).values(
                id=new_id("nf"),
                notice_id=row.id,
                unit_id=actor.unit_id,
                at=actor.at,
                by=actor.by,
                name=proof.name,
                media_type=proof.media_type,
                size=len(proof.content),
                sha256=proof.sha256,
                sm3=proof.sm3,
            )
        )
