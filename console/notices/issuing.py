"""The paper's way inside the office: reviewed by another, signed by a third, issued with its number and its links."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Row, select, update

from analytics.correlation.records import enter as enter_incident
from analytics.db import FINDING, SITE, UNIT
from analytics.findings.finding import GONE, MOVES
from analytics.findings.move import move as move_finding
from analytics.grading.tables import Words as Both
from analytics.lifecycle import Unfit
from console.calendar.working_time import load_calendar
from console.notices.drafting import address
from console.notices.kinds import load_rules
from console.notices.links import PATH, make, revoke
from console.notices.numbering import take
from console.notices.paper import filled
from console.notices.person import Person, apart
from console.notices.records import Entry, Words, enter, findings_of, go, recipients_of
from console.notices.tables import NOTICE_FINDING, NOTICE_RECIPIENT
from console.notices.telling import tell_unit
from console.notices.terms import moments
from console.office.settings import Office

_SIGNED: Final[Mapping[str, Any]] = {"signed_by": None, "signed_account": None, "signed_at": None}
_REVIEWED: Final[Mapping[str, Any]] = {"reviewed_by": None, "reviewed_account": None, "reviewed_at": None}


@dataclass(frozen=True, slots=True)
class House:
    """What issuing takes from the office: how it is called, and where its own calendar lies."""

    office: Office
    data: Path


def review(connection: Connection, row: Row[Any], person: Person) -> None:
    """Find a draft right. SamePerson for whoever wrote any of it."""
    apart(
        person,
        row.authors,
        Words(
            "拟稿人不能审核自己拟的通报，须由另一位审核人办理",
            "whoever wrote a notice cannot review it; another reviewer has to",
        ),
    )
    said = Entry("reviewed", Words("审核通过", "Reviewed"), person.login, open=False)
    done = {"reviewed_by": person.login, "reviewed_account": person.account, "reviewed_at": person.at}
    go(connection, row, "reviewed", person.at, said, **done)


def sign(connection: Connection, row: Row[Any], person: Person) -> None:
    """Sign what was reviewed. SamePerson for whoever wrote or reviewed it."""
    why = Words(
        "拟稿人、审核人不能签发同一份通报，须由另一位签发人办理",
        "whoever wrote or reviewed a notice cannot sign it; another signer has to",
    )
    apart(person, [*row.authors, row.reviewed_account], why)
    said = Entry("signed_off", Words("签发", "Signed"), person.login, open=False)
    done = {"signed_by": person.login, "signed_account": person.account, "signed_at": person.at}
    go(connection, row, "signed", person.at, said, **done)


def send_back(connection: Connection, row: Row[Any], person: Person) -> None:
    """Make a reviewed or signed paper a draft again; what was said of it counts no more."""
    words = Words(f"退回修改：{person.reason}", f"Back to the drafter: {person.reason}")
    said = Entry("sent_back", words, person.login, open=False)
    go(connection, row, "draft", person.at, said, **_REVIEWED, **_SIGNED)


def issue(connection: Connection, row: Row[Any], person: Person, house: House) -> dict[str, str]:
    """Issue what was signed: number, moments, links, messages, and findings that count as noticed from now on.

    Returns the address of each unit's link; it is nowhere else.
    """
    rules, at = load_rules(), person.at
    kind = rules.kind(row.kind)
    _notice_findings(connection, row, person)
    if kind.circular and not recipients_of(connection, row.id):
        address(connection, row.id, _every_unit(connection))
    recipients = recipients_of(connection, row.id)
    if not recipients:
        raise Unfit(
            "没有可发送的单位；请先登记单位和网站",
            "there is nobody to send this notice to; register a unit with a site first",
        )
    times = moments(row.terms, at, load_calendar(house.data))
    number = take(connection, kind, at, rules, exercise=row.exercise_id is not None)
    words = Words(f"下发，文号 {number.text}", f"Issued as {number.text}")
    values = {**number.values(), **times, "issued_by": person.login, "issued_at": at}
    text = filled(row.text, times, house.office)
    issued = go(connection, row, "issued", at, Entry("issued", words, person.login), **values, text=text)
    if row.incident_id:
        said = Both(f"下发通报 {number.text}", f"Notice {number.text} issued")
        enter_incident(connection, row.incident_id, "notice", row.id, at, at, said, person.login)
    return {one.unit_id: send(connection, issued, one.unit_id, person, house.office) for one in recipients}


def send(
    connection: Connection, row: Row[Any], unit_id: str, person: Person, office: Office, what: str = "issued"
) -> str:
    """Make a unit's link, queue it to its people, and return its address."""
    token = make(connection, row, unit_id, person.login, person.at)
    link = f"{office.address.rstrip('/')}{PATH}{token}"
    key = f"{what}/{person.at.timestamp():.6f}"
    told = tell_unit(connection, what, row, unit_id, office, person.at, key=key, link=link)
    mine = (NOTICE_RECIPIENT.c.notice_id == row.id, NOTICE_RECIPIENT.c.unit_id == unit_id)
    connection.execute(update(NOTICE_RECIPIENT).where(*mine).values(sent_at=person.at))
    words = Words(f"发送办理链接，共 {told} 人", f"Link sent to {told}")
    enter(connection, row.id, person.at, Entry("sent", words, person.login, unit_id, open=False))
    return link


def withdraw(connection: Connection, row: Row[Any], person: Person, house: House) -> None:
    """Take a notice back, with the reason: its links end, and what it noticed may be noticed anew."""
    was_out = row.issued_at is not None
    words = Words(f"撤销：{person.reason}", f"Withdrawn: {person.reason}")
    after = go(connection, row, "withdrawn", person.at, Entry("withdrawn", words, person.login), pressure="none")
    if was_out:
        revoke(connection, row.id, person.login, person.at)
        for one in recipients_of(connection, row.id):
            tell_unit(
                connection,
                "withdrawn",
                after,
                one.unit_id,
                house.office,
                person.at,
                key="withdrawn",
                text=person.reason,
            )


def _notice_findings(connection: Connection, row: Row[Any], person: Person) -> None:
    """Confirm and notice what still stands; what closed by itself since the draft is closed here too."""
    mine = [one for one in findings_of(connection, row.id) if one.state == "open"]
    standing = 0
    for one in mine:
        finding = connection.execute(select(FINDING).where(FINDING.c.id == one.finding_id)).one()
        if finding.state in GONE or finding.state == "accepted":
            done = update(NOTICE_FINDING).where(NOTICE_FINDING.c.id == one.id)
            connection.execute(done.values(state="closed", closed_at=person.at))
            continue
        standing += 1
        _noticed(connection, finding, person, row.id)
    if mine and not standing:
        raise Unfit(
            "通报所列隐患均已消除，请撤回，不再下发",
            "every weakness of this notice is gone meanwhile; withdraw it instead of issuing it",
        )


def _noticed(connection: Connection, finding: Row[Any], person: Person, notice_id: str) -> None:
    reason, version = f"随通报 {notice_id} 下发", finding.version
    if finding.state == "new":
        moved = move_finding(connection, finding.id, "confirmed", person.login, reason, person.at, version)
        version = moved.version
    if finding.state in ("new", "confirmed") or (finding.state == "reopened" and "noticed" in MOVES["reopened"]):
        move_finding(connection, finding.id, "noticed", person.login, reason, person.at, version)


def _every_unit(connection: Connection) -> Sequence[tuple[str, str]]:
    """Every unit that has a site in use."""
    having = select(SITE.c.unit_id).where(SITE.c.active)
    rows = connection.execute(select(UNIT.c.id, UNIT.c.county).where(UNIT.c.id.in_(having)).order_by(UNIT.c.id))
    return [(row.id, row.county) for row in rows]


def provisional(row: Row[Any], at: datetime, data: Path) -> dict[str, datetime]:
    """When the clocks of a notice end: as given at issue, or as they would if it were issued now."""
    if row.issued_at is None:
        return moments(row.terms, at, load_calendar(data))
    named = ("sign_by", "contain_by", "rectify_by", "feedback_by", "retest_by")
    return {name: getattr(row, name) for name in named if getattr(row, name) is not None}
