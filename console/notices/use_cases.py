"""What people of the office do to notices: one function, one transaction, one entry in the audit chain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import Connection, Row

from analytics.lifecycle import IllegalMove, Stale, Unfit, Unknown
from console.accounts.guard import ForbiddenError
from console.accounts.viewer import Viewer
from console.audit.chain import record
from console.findings.queries import one as one_finding
from console.incidents.queries import one as one_incident
from console.notices import issuing, pressing, settling
from console.notices.drafting import draft_for_findings, draft_for_incident
from console.notices.issuing import House
from console.notices.kinds import load_rules
from console.notices.lifecycle import NEEDS, OUT
from console.notices.links import revoke
from console.notices.person import Person
from console.notices.queries import dossier, one
from console.notices.records import Entry, Words, change, enter, go, recipients_of
from console.notices.telling import tell_unit
from console.notices.terms import checked_terms
from console.papers.notice_paper import moment
from console.web.desk import Desk
from sensors.contract.batch import time_of

SECRECY: Final = ("公开", "内部")
URGENCY: Final = ("平急", "加急", "特急")
MOST_AT_ONCE: Final = 200


def draft(here: Desk, who: Viewer, kind: str, findings: Sequence[str], incident: str | None) -> list[str]:
    """Draft from findings, one notice for each of their units, or from an incident; returns the ids."""
    at = here.clock()
    with here.engine.begin() as connection:
        if incident:
            if one_incident(connection, who, incident) is None:
                raise Unknown(f"incident {incident}")
            return [draft_for_incident(connection, kind, incident, who.login, at)]
        units: dict[str | None, list[str]] = {}
        circular = load_rules().kind(kind).circular
        for finding_id in dict.fromkeys(findings):
            row = one_finding(connection, who, finding_id)
            if row is None:
                raise Unknown(f"finding {finding_id}")
            units.setdefault(None if circular else row.unit_id, []).append(finding_id)
        groups = list(units.values()) or [[]]
        return [draft_for_findings(connection, kind, group, who.login, at) for group in groups]


def edit(here: Desk, who: Viewer, notice_id: str, version: int, said: Mapping[str, Any]) -> None:
    """Change the words and terms of a draft; whoever does is one of its authors from then on."""
    with _acting(here, who, notice_id, version) as (connection, row, person):
        if row.state != "draft":
            raise IllegalMove(f"notice {row.id}", row.state, "edited; send it back first")
        values = _edited(said)
        authors = list(dict.fromkeys([*row.authors, person.account]))
        change(connection, row, person.at, **values, authors=authors)
        words = Words(f"修改：{'、'.join(sorted(values))}", f"Edited: {', '.join(sorted(values))}")
        enter(connection, row.id, person.at, Entry("edited", words, person.login, open=False))
        _recorded(connection, person, "notice.edit", row.id, {"fields": sorted(values)})


def move(here: Desk, who: Viewer, notice_id: str, to: str, reason: str, version: int) -> dict[str, Any]:
    """Do one of the acts of the lifecycle's table. Returns what came of it: links at issue, a letter's draft.

    ForbiddenError without the permission, SamePerson where two people are needed, IllegalMove, Stale, ValueError.
    """
    if not any(map(who.may, NEEDS.values())):
        raise ForbiddenError(who, NEEDS["issued"])
    with _acting(here, who, notice_id, version, reason) as (connection, row, person):
        if to not in NEEDS:
            raise ValueError(f"{to!r} is not given by hand; one of {', '.join(NEEDS)}")
        if not who.may(NEEDS[to]):
            raise ForbiddenError(who, NEEDS[to])
        person.gives_reason(to)
        result = _done(connection, row, to, person, House(here.office.office, here.data.root))
        detail = {"to": to, "from": row.state, "reason": person.reason}
        _recorded(
            connection, person, "notice.move", row.id, detail | {key: result[key] for key in result if key != "links"}
        )
        return result


def remind(here: Desk, who: Viewer, notice_ids: Sequence[str]) -> int:
    """Remind the units of these notices that have not acted; returns how many were told. Others are passed over."""
    if len(notice_ids) > MOST_AT_ONCE:
        raise ValueError(f"{len(notice_ids)} notices at once are too many; at most {MOST_AT_ONCE}")
    person = Person(who.login, who.account_id, here.clock())
    with here.engine.begin() as connection:
        rows = [row for one_id in dict.fromkeys(notice_ids) if (row := one(connection, who, one_id)) is not None]
        if not rows:
            return 0
        told = sum(pressing.remind(connection, row, person, here.office.office) for row in rows)
        detail = {"notices": [row.id for row in rows], "told": told}
        record(connection, at=person.at, actor=who.login, action="notice.remind", object="notices", detail=detail)
    return told


def answer(here: Desk, who: Viewer, notice_id: str, text: str) -> None:
    """Answer what a unit asked."""
    said = text.strip()
    if len(said) < 2:
        raise Unfit("请写明答复，至少两个字", "write the answer in at least two characters")
    with _acting(here, who, notice_id) as (connection, row, person):
        if row.state not in OUT:
            raise IllegalMove(f"notice {row.id}", row.state, "answered")
        change(connection, row, person.at)
        words = Words(f"答复：{said}", f"Answer: {said}")
        enter(connection, row.id, person.at, Entry("answered", words, person.login))
        for unit in recipients_of(connection, row.id):
            key = f"answered/{person.at.timestamp():.6f}"
            tell_unit(connection, "answered", row, unit.unit_id, here.office.office, person.at, key=key, text=said)
        _recorded(connection, person, "notice.answer", row.id, {"text": said})


def ask_waiver(here: Desk, who: Viewer, notice_id: str, finding_id: str, reason: str, version: int) -> None:
    """Propose to let a weakness of a notice stand."""
    with _acting(here, who, notice_id, version, reason) as (connection, row, person):
        settling.ask_waiver(connection, row, finding_id, person)
        detail = {"finding": finding_id, "reason": person.reason}
        _recorded(connection, person, "notice.waiver_asked", row.id, detail)


def decide_waiver(here: Desk, who: Viewer, notice_id: str, finding_id: str, version: int, *, grant: bool) -> None:
    """Grant or refuse a waiver that somebody else proposed."""
    with _acting(here, who, notice_id, version) as (connection, row, person):
        settling.decide_waiver(connection, row, finding_id, person, here.office.office, grant=grant)
        detail = {"finding": finding_id, "grant": grant}
        _recorded(connection, person, "notice.waiver_decided", row.id, detail)


def new_link(here: Desk, who: Viewer, notice_id: str, unit_id: str) -> str:
    """End a unit's links and make another, sent and returned: it is shown once."""
    with _acting(here, who, notice_id) as (connection, row, person):
        if row.state not in OUT:
            raise IllegalMove(f"notice {row.id}", row.state, "sent")
        _addressed(connection, who, row, unit_id)
        revoke(connection, row.id, person.login, person.at, unit_id)
        link = issuing.send(connection, row, unit_id, person, here.office.office, "link")
        _recorded(connection, person, "notice.link", row.id, {"unit": unit_id})
        return link


def revoke_links(here: Desk, who: Viewer, notice_id: str, unit_id: str) -> int:
    """End every link of a unit of a notice; returns how many."""
    with _acting(here, who, notice_id) as (connection, row, person):
        _addressed(connection, who, row, unit_id)
        ended = revoke(connection, row.id, person.login, person.at, unit_id)
        words = Words("办理链接已作废", "Its links were revoked")
        enter(connection, row.id, person.at, Entry("revoked", words, person.login, unit_id, open=False))
        _recorded(connection, person, "notice.revoke", row.id, {"unit": unit_id, "links": ended})
        return ended


def _done(connection: Connection, row: Row[Any], to: str, person: Person, house: House) -> dict[str, Any]:
    match to:
        case "reviewed":
            issuing.review(connection, row, person)
        case "draft":
            issuing.send_back(connection, row, person)
        case "signed":
            issuing.sign(connection, row, person)
        case "issued":
            return {"links": issuing.issue(connection, row, person, house)}
        case "withdrawn":
            issuing.withdraw(connection, row, person, house)
        case "retesting":
            settling.order(connection, row, person.login, person.at)
        case "returned":
            settling.give_back(connection, row, person.login, person.reason, house.office, person.at)
        case "closed":
            settling.close_by_hand(connection, row, person, house.office)
        case "suspended":
            _suspend(connection, row, person, house)
        case "resumed":
            _resume(connection, row, person, house)
        case "granted" | "refused":
            pressing.decide_extension(connection, row, to, person, house.office)
        case _:
            letter = pressing.press(connection, row, to, person, house.office)
            return {"letter": letter} if letter else {}
    return {}


def _suspend(connection: Connection, row: Row[Any], person: Person, house: House) -> None:
    words = Words(f"暂停计时：{person.reason}", f"Suspended: {person.reason}")
    said = Entry("suspended", words, person.login)
    data = {**row.data, "suspended_at": person.at.isoformat()}
    after = go(connection, row, "suspended", person.at, said, resume_to=row.state, pressure="none", data=data)
    _tell_all(connection, "suspended", after, person, house)


def _resume(connection: Connection, row: Row[Any], person: Person, house: House) -> None:
    """Go on where it was; the clocks run on by as long as they stood."""
    if row.state != "suspended" or row.resume_to is None:
        raise IllegalMove(f"notice {row.id}", row.state, "resumed")
    stood = person.at - time_of(row.data["suspended_at"])
    ends = {
        name: at + stood
        for name in ("sign_by", "contain_by", "rectify_by", "feedback_by")
        if (at := getattr(row, name))
    }
    said = Entry("resumed", Words("恢复计时", "Resumed"), person.login)
    after = go(connection, row, row.resume_to, person.at, said, resume_to=None, **ends)
    _tell_all(connection, "resumed", after, person, house)


def _tell_all(connection: Connection, what: str, row: Row[Any], person: Person, house: House) -> None:
    for one_unit in recipients_of(connection, row.id):
        key = f"{what}/{person.at.timestamp():.6f}"
        due = moment(row.rectify_by)
        tell_unit(
            connection, what, row, one_unit.unit_id, house.office, person.at, key=key, text=person.reason, due=due
        )


def _edited(said: Mapping[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, least, most in (("title", 4, 300), ("text", 10, 20_000), ("advice", 0, 5000)):
        if said.get(name) is not None:
            value = str(said[name]).replace("\r\n", "\n").strip()
            if not least <= len(value) <= most:
                raise ValueError(f"{name} has {len(value)} characters; give {least} to {most}")
            values[name] = value
    for name, known in (("secrecy", SECRECY), ("urgency", URGENCY)):
        if said.get(name) is not None:
            if said[name] not in known:
                raise ValueError(f"{name} {said[name]!r}; one of {', '.join(known)}")
            values[name] = said[name]
    if said.get("terms") is not None:
        values["terms"] = checked_terms(said["terms"])
    if said.get("cc") is not None:
        values["cc"] = [str(name).strip()[:120] for name in said["cc"] if str(name).strip()][:20]
    if not values:
        raise Unfit("没有改动任何内容", "nothing was changed; give title, text, advice, terms, cc, secrecy or urgency")
    return values


@contextmanager
def _acting(
    here: Desk, who: Viewer, notice_id: str, version: int | None = None, reason: str = ""
) -> Iterator[tuple[Connection, Row[Any], Person]]:
    """One transaction on a notice the viewer may see, in the version they saw."""
    person = Person(who.login, who.account_id, here.clock(), reason.strip()[:500])
    with here.engine.begin() as connection:
        row = _seen(connection, who, notice_id)
        if version is not None and row.version != version:
            raise Stale(f"notice {notice_id}")
        yield connection, row, person


def _seen(connection: Connection, who: Viewer, notice_id: str) -> Row[Any]:
    row = one(connection, who, notice_id)
    if row is None:
        raise Unknown(f"notice {notice_id}")
    return row


def _addressed(connection: Connection, who: Viewer, row: Row[Any], unit_id: str) -> None:
    """Unknown for a unit that the notice does not go to, or that lies outside the viewer's scope."""
    if unit_id not in [one.unit_id for one in dossier(connection, row, who).recipients]:
        raise Unknown(f"recipient {unit_id}")


def _recorded(connection: Connection, person: Person, action: str, notice_id: str, detail: Mapping[str, Any]) -> None:
    record(connection, at=person.at, actor=person.login, action=action, object=f"notice {notice_id}", detail=detail)
