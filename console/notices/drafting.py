"""Drafting a notice from findings or from an incident: a draft with its text, its terms and what it rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, insert, select

from analytics.db import FINDING, INCIDENT, INCIDENT_MEMBER, SITE, UNIT
from analytics.findings.checks import load_checks
from analytics.findings.finding import GONE
from analytics.lifecycle import Unfit, Unknown
from console.audit.chain import record
from console.exercise.state import NOW, belongs
from console.notices.kinds import Kind, load_rules
from console.notices.lifecycle import OVER
from console.notices.paper import draft_words
from console.notices.records import Entry, Words, account_of, enter, new_id
from console.notices.tables import NOTICE, NOTICE_FINDING, NOTICE_RECIPIENT
from console.notices.terms import gravest, terms_for
from console.web.changes import announce

MOST_FINDINGS: Final = 50
_NOT_STANDING: Final = GONE | {"accepted"}


@dataclass(frozen=True, slots=True)
class Draft:
    """What a new notice starts from. `unit_id` None is a circular to every unit that has a site."""

    kind: Kind
    unit_id: str | None
    severity: str
    title: str
    text: str
    advice: str
    site_id: str | None = None
    incident_id: str | None = None
    about_id: str | None = None
    month: str | None = None
    snapshots: Sequence[Mapping[str, Any]] = ()
    data: Mapping[str, Any] = field(default_factory=dict)
    exercise_id: int | None = NOW
    # a name of its own, where there may be only one such notice
    id: str = ""


def draft_for_findings(connection: Connection, kind: str, finding_ids: Sequence[str], by: str, at: datetime) -> str:
    """Draft a notice about these findings; returns its id. Unknown, or ValueError for what cannot be one notice."""
    made = load_rules().kind(kind)
    rows = _findings(connection, finding_ids)
    snapshots = [snapshot(row) for row in rows]
    if made.circular:
        return _circular(connection, made, snapshots, by, at)
    units = sorted({row.unit_id or "" for row in rows})
    if len(units) != 1 or not units[0]:
        raise Unfit(
            "所选隐患分属多个单位；一份通报只发一个单位，请按单位分别起草",
            "these findings belong to several units; a notice goes to one, so draft one for each unit",
        )
    _not_yet_noticed(connection, made, rows)
    return _to_unit(connection, made, units[0], snapshots, by, at, None)


def draft_for_incident(
    connection: Connection, kind: str, incident_id: str, by: str, at: datetime, exercise_id: int | None = NOW
) -> str:
    """Draft a notice about an incident with its standing findings; returns its id. Unknown, or ValueError."""
    made = load_rules().kind(kind)
    incident = connection.execute(select(INCIDENT).where(INCIDENT.c.id == incident_id)).one_or_none()
    if incident is None:
        raise Unknown(f"incident {incident_id}")
    mine = (INCIDENT_MEMBER.c.incident_id == incident_id, INCIDENT_MEMBER.c.kind == "finding")
    ids = connection.execute(select(INCIDENT_MEMBER.c.member_id).where(*mine)).scalars().all()
    rows = [row for row in _findings(connection, ids) if row.state not in _NOT_STANDING] if ids else []
    if not made.circular:
        rows = [row for row in rows if row.unit_id == incident.unit_id and _follower(connection, row.id) is None]
    snapshots = [snapshot(row) for row in rows]
    if made.circular:
        return _circular(connection, made, snapshots, by, at, incident, exercise_id)
    if incident.unit_id is None:
        raise Unfit(
            "该事件没有对应的单位；请先在“单位与网站”中登记其网站",
            f"incident {incident_id} belongs to no unit; register its site first",
        )
    return _to_unit(connection, made, incident.unit_id, snapshots, by, at, incident, exercise_id)


def create(connection: Connection, draft: Draft, by: str, at: datetime) -> str:
    """Write a draft with its recipients and findings; returns its id."""
    rules = load_rules()
    notice_id, author = draft.id or new_id("no"), account_of(connection, by)
    county = connection.execute(select(UNIT.c.county).where(UNIT.c.id == draft.unit_id)).scalar()
    connection.execute(
        insert(NOTICE).values(
            id=notice_id,
            kind=draft.kind.id,
            state="draft",
            pressure="none",
            extension_state="none",
            extension={},
            title=draft.title[:300],
            unit_id=draft.unit_id,
            county=county,
            site_id=draft.site_id,
            incident_id=draft.incident_id,
            about_id=draft.about_id,
            month=draft.month,
            secrecy=draft.kind.secrecy,
            urgency="特急" if draft.severity == "event" else draft.kind.urgency,
            severity=draft.severity,
            text=draft.text,
            advice=draft.advice,
            cc=[],
            terms=terms_for(draft.severity, at, rules),
            data=dict(draft.data),
            authors=[author] if author else [],
            drafted_by=by,
            drafted_at=at,
            exercise_id=belongs(connection, draft.exercise_id),
            changed_at=at,
            version=1,
        )
    )
    _add_findings(connection, notice_id, draft)
    if draft.unit_id is not None:
        address(connection, notice_id, [(draft.unit_id, str(county))])
    enter(connection, notice_id, at, Entry("drafted", Words("拟稿", "Drafted"), by, open=False))
    announce(connection, "notice", notice_id, at, draft.site_id)
    detail = {"kind": draft.kind.id, "unit": draft.unit_id, "findings": [one["finding"] for one in draft.snapshots]}
    record(connection, at=at, actor=by, action="notice.draft", object=f"notice {notice_id}", detail=detail)
    return notice_id


def address(connection: Connection, notice_id: str, units: Sequence[tuple[str, str]]) -> None:
    """Name the units, each with its county, that a notice goes to."""
    rows = [{"notice_id": notice_id, "unit_id": unit, "county": county, "reminders": 0} for unit, county in units]
    if rows:
        connection.execute(insert(NOTICE_RECIPIENT), rows)


def snapshot(row: Row[Any]) -> dict[str, Any]:
    """A finding as it is now, with its site's name: what the paper says of it, whatever becomes of it later."""
    check = load_checks().get(row.check_id)
    return {
        "finding": row.id,
        "site": row.site_id,
        "site_name": row.site_name or row.site_id,
        "url": row.url or "",
        "check": row.check_id,
        "title": row.title,
        "title_en": row.title_en,
        "severity": row.severity,
        "class": row.class_code,
        "location": row.location,
        "addresses": list(row.addresses),
        "evidence": row.evidence or "",
        "advice": check.advice if check else "",
        "advice_en": check.advice_en if check else "",
        "first_seen": row.first_seen.isoformat(),
        "last_seen": row.last_seen.isoformat(),
    }


def _findings(connection: Connection, finding_ids: Sequence[str]) -> Sequence[Row[Any]]:
    wanted = list(dict.fromkeys(finding_ids))
    if not wanted:
        raise Unfit("请至少勾选一项隐患", "choose at least one finding")
    if len(wanted) > MOST_FINDINGS:
        raise Unfit(
            f"一份通报最多列 {MOST_FINDINGS} 项隐患，现选了 {len(wanted)} 项",
            f"{len(wanted)} findings are too many for one notice; at most {MOST_FINDINGS}",
        )
    statement = (
        select(FINDING, SITE.c.name.label("site_name"), SITE.c.url.label("url"))
        .outerjoin(SITE, SITE.c.id == FINDING.c.site_id)
        .where(FINDING.c.id.in_(wanted))
    )
    known = {row.id: row for row in connection.execute(statement)}
    missing = [one for one in wanted if one not in known]
    if missing:
        raise Unknown(f"finding {missing[0]}")
    return [known[one] for one in wanted]


def _not_yet_noticed(connection: Connection, kind: Kind, rows: Sequence[Row[Any]]) -> None:
    for row in rows:
        if row.state in _NOT_STANDING:
            raise Unfit(
                f"隐患“{row.title}”已不在未闭环状态，不能再通报",
                f"finding {row.id} ({row.title}) is {row.state!r}; only what still stands is noticed",
            )
        other = _follower(connection, row.id) if kind.id == "hazard" else None
        if other:
            raise Unfit(
                f"隐患“{row.title}”已在另一份未办结的通报（{other}）中，请在那里继续办理",
                f"finding {row.id} ({row.title}) is in notice {other} already; go on there",
            )


def _follower(connection: Connection, finding_id: str) -> str | None:
    """The notice that follows this finding now."""
    statement = (
        select(NOTICE.c.id)
        .join(NOTICE_FINDING, NOTICE_FINDING.c.notice_id == NOTICE.c.id)
        .where(NOTICE_FINDING.c.finding_id == finding_id, NOTICE_FINDING.c.state == "open")
        .where(NOTICE.c.state.not_in(sorted(OVER)))
        .limit(1)
    )
    found: str | None = connection.execute(statement).scalar()
    return found


def _to_unit(
    connection: Connection,
    kind: Kind,
    unit_id: str,
    snapshots: Sequence[Mapping[str, Any]],
    by: str,
    at: datetime,
    incident: Row[Any] | None,
    exercise_id: int | None = NOW,
) -> str:
    unit = connection.execute(select(UNIT).where(UNIT.c.id == unit_id)).one_or_none()
    if unit is None:
        raise Unknown(f"unit {unit_id}")
    severity = "event" if incident is not None else gravest([str(one["severity"]) for one in snapshots])
    title, text = draft_words(kind.id, unit.name, snapshots, severity, incident.title if incident is not None else "")
    sites = {str(one["site"]) for one in snapshots}
    draft = Draft(
        kind=kind,
        unit_id=unit_id,
        severity=severity,
        title=title,
        text=text,
        advice="\n".join(dict.fromkeys(str(one["advice"]) for one in snapshots if one["advice"])),
        site_id=incident.site_id if incident is not None else sites.pop() if len(sites) == 1 else None,
        incident_id=incident.id if incident is not None else None,
        snapshots=snapshots,
        exercise_id=exercise_id,
    )
    return create(connection, draft, by, at)


def _circular(
    connection: Connection,
    kind: Kind,
    snapshots: Sequence[Mapping[str, Any]],
    by: str,
    at: datetime,
    incident: Row[Any] | None = None,
    exercise_id: int | None = NOW,
) -> str:
    """A circular names kinds of weaknesses and how to mend them: no site, no address, no proof goes into it."""
    plain = [{**one, "site_name": "", "url": "", "location": "", "evidence": "", "addresses": []} for one in snapshots]
    severity = gravest([str(one["severity"]) for one in snapshots])
    title, text = draft_words(kind.id, "", plain, severity, "")
    draft = Draft(
        kind=kind,
        unit_id=None,
        severity=severity,
        title=title,
        text=text,
        advice="\n".join(dict.fromkeys(str(one["advice"]) for one in snapshots if one["advice"])),
        incident_id=incident.id if incident is not None else None,
        data={"findings": [one["finding"] for one in snapshots]},
        exercise_id=exercise_id,
    )
    return create(connection, draft, by, at)


def _add_findings(connection: Connection, notice_id: str, draft: Draft) -> None:
    rows = [
        {
            "notice_id": notice_id,
            "finding_id": one["finding"],
            "position": number,
            "snapshot": dict(one),
            "state": "listed" if draft.kind.lists_only else "open",
        }
        for number, one in enumerate(draft.snapshots, 1)
    ]
    if rows:
        connection.execute(insert(NOTICE_FINDING), rows)
