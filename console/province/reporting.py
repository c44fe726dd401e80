"""Drafting a report to the province from what the desk knows. A draft goes nowhere by itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, insert, select

from analytics.correlation.incident import CHINA, year_of
from analytics.correlation.records import enter
from analytics.db import CONTACT, INCIDENT, INCIDENT_ENTRY, SITE, UNIT
from analytics.grading.tables import Words, load_tables
from analytics.lifecycle import Unknown
from console.exercise.state import NOW, belongs
from console.province.markings import LEAST
from console.province.report_form import kind_of
from console.province.tables import REPORT
from console.web.changes import announce

_STEPS_SHOWN: Final = 12
# Entries of a timeline that tell what was done, not what was seen.
_ACTS: Final = ("confirmed", "state", "note", "response", "run", "notice", "callout", "level")


def draft_report(
    connection: Connection, incident_id: str, kind: str, by: str, at: datetime, exercise_id: int | None = NOW
) -> str:
    """Draft a report of an incident, filled with what is known; its id. The draft that is open already is kept.

    What is reported in an exercise and what is real never meet: each has its own drafts.

    Unknown for an incident there is not, ValueError for a kind there is not.
    """
    form, exercise = kind_of(kind), belongs(connection, exercise_id)
    incident = connection.execute(select(INCIDENT).where(INCIDENT.c.id == incident_id)).one_or_none()
    if incident is None:
        raise Unknown(f"incident {incident_id}")
    mine = (REPORT.c.incident_id == incident_id, REPORT.c.exercise_id.is_not_distinct_from(exercise))
    open_draft = select(REPORT.c.id).where(*mine, REPORT.c.kind == kind, REPORT.c.state == "draft")
    known = connection.execute(open_draft.limit(1)).scalar()
    if known is not None:
        return str(known)
    before = connection.execute(
        select(REPORT).where(*mine, REPORT.c.state != "withdrawn").order_by(REPORT.c.id.desc()).limit(1)
    ).one_or_none()
    report_id = _next_id(connection, at)
    said = prefill(connection, incident)
    connection.execute(
        insert(REPORT).values(
            id=report_id,
            incident_id=incident_id,
            kind=kind,
            state="draft",
            items={item.key: said.get(item.key, "") for item in form.items},
            marking=before.marking if before is not None else LEAST,
            drafted_by=by,
            drafted_at=at,
            previous_id=before.id if before is not None else None,
            exercise_id=exercise,
            county=incident.county,
            unit_id=incident.unit_id,
            version=1,
        )
    )
    words = Words(f"起草{form.zh} {report_id}", f"{form.en} {report_id} drafted")
    enter(connection, incident_id, "report", f"report:{report_id}:draft", at, at, words, by)
    announce(connection, "province", report_id, at)
    announce(connection, "incident", incident_id, at, incident.site_id)
    return report_id


def prefill(connection: Connection, incident: Row[Any]) -> dict[str, str]:
    """What the desk can say by itself, by item; a person reads it and answers for it."""
    tables = load_tables()
    site = connection.execute(select(SITE).where(SITE.c.id == incident.site_id)).one_or_none()
    unit = connection.execute(select(UNIT).where(UNIT.c.id == incident.unit_id)).one_or_none()
    named = tables.classes.get(incident.class_code or "")
    level = tables.levels.get(incident.level_confirmed or incident.level_proposed or 0)
    grading: Mapping[str, Any] = incident.grading or {}
    lines = [
        f"发现时间：{clock(incident.detected_at)}；发生时间：{clock(incident.occurred_at)}。",
        f"地点：{unit.name if unit else '待核实'}（区划代码 {incident.county or '513300'}）。",
        f"类型：{named.zh if named else '待研判'}；级别：{level.zh if level else '待研判'}"
        f"{'' if incident.level_confirmed else '（建议，待确认）'}。",
        f"情况：{incident.title}。",
    ]
    matched = [str(one.get("zh", "")) for one in grading.get("matched", ()) if isinstance(one, Mapping)]
    if matched:
        lines.append(f"影响和危害：{'；'.join(map(_impact, matched))}。")
    done = _acts(connection, incident.id)
    lines.append("已采取的措施：" + ("；".join(done) if done else "正在处置，详情续报") + "。")
    return {
        "unit": _unit_text(connection, unit, site),
        "event": "\n".join(lines),
        "trace": _trace(incident.entities, site.addresses if site else ()),
        "final_measures": "\n".join(done),
    }


def clock(at: datetime) -> str:
    """`2026年11月23日20时5分`, as documents write it."""
    local = at.astimezone(CHINA)
    minute = f"{local.minute}分" if local.minute else ""
    return f"{local.year}年{local.month}月{local.day}日{local.hour}时{minute}"


def _impact(formula: str) -> str:
    """`影响对象一般（其他系统），业务损失较大`: the facts of a grading rule without what follows."""
    return formula.split("→", maxsplit=1)[0].strip().replace("× ", "，").replace(" ，", "，")


def _trace(entities: Sequence[str], own: Collection[str]) -> str:
    """Where it came from, and which of our own addresses it came to."""
    lines = []
    if others := [one for one in entities if one not in own]:
        lines.append(f"涉及来源：{'、'.join(others)}。")
    if ours := [one for one in entities if one in own]:
        lines.append(f"涉事主机：{'、'.join(ours)}。")
    return "\n".join(lines)


def _unit_text(connection: Connection, unit: Row[Any] | None, site: Row[Any] | None) -> str:
    lines = []
    if unit is not None:
        lines.append(f"单位：{unit.name}（区划代码 {unit.county}）。")
        contact = connection.execute(
            select(CONTACT).where(CONTACT.c.unit_id == unit.id).order_by(CONTACT.c.id).limit(1)
        ).one_or_none()
        if contact is not None:
            lines.append(f"联系人：{contact.name} {contact.phone or unit.phone or ''}".rstrip() + "。")
    if site is not None:
        facts = [f"系统：{site.name}", site.url]
        if site.protection_level:
            facts.append(f"等级保护{site.protection_level}级")
        if site.icp:
            facts.append(site.icp)
        facts.append("关键信息基础设施" if site.is_cii else "非关键信息基础设施")
        lines.append("，".join(facts) + "。")
    return "\n".join(lines)


def _acts(connection: Connection, incident_id: str) -> list[str]:
    rows = connection.execute(
        select(INCIDENT_ENTRY)
        .where(INCIDENT_ENTRY.c.incident_id == incident_id, INCIDENT_ENTRY.c.kind.in_(_ACTS))
        .order_by(INCIDENT_ENTRY.c.at.desc(), INCIDENT_ENTRY.c.id.desc())
        .limit(_STEPS_SHOWN)
    ).all()
    return [f"{clock(row.at)}，{row.text.rstrip('。')}" for row in reversed(rows)]


def _next_id(connection: Connection, at: datetime) -> str:
    """The next number of this year, `RP-2026-0001`; the transaction and the key keep it from being given twice."""
    start = f"RP-{year_of(at)}-"
    newest = connection.execute(
        select(REPORT.c.id).where(REPORT.c.id.like(f"{start}%")).order_by(REPORT.c.id.desc()).limit(1)
    ).scalar()
    return f"{start}{int(newest.removeprefix(start)) + 1 if newest else 1:04d}"
