"""What waits for this viewer on the link: reports to release, instructions to sign for and to answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, select

from analytics.db import INCIDENT
from console.accounts.viewer import Viewer
from console.desk.lines import Todo
from console.province.queries import deadline, releases
from console.province.report_form import kind_of
from console.province.tables import INSTRUCTION, REPORT
from console.web.scope import in_scope

_MOST: Final = 20


def todo(connection: Connection, who: Viewer, now: datetime) -> Sequence[Todo]:
    """Lines for whoever may release or work."""
    return [*_reports(connection, who), *_instructions(connection, who)]


def _reports(connection: Connection, who: Viewer) -> list[Todo]:
    if not (who.may("province.release") or who.may("province.work")):
        return []
    statement = (
        select(REPORT, INCIDENT.c.grading)
        .join(INCIDENT, INCIDENT.c.id == REPORT.c.incident_id)
        .where(REPORT.c.state.in_(("draft", "returned")))
        .order_by(REPORT.c.id)
        .limit(_MOST)
    )
    lines = []
    for row in connection.execute(in_scope(statement, REPORT, who)).all():
        kind, href = kind_of(row.kind), f"/province/reports/{row.id}"
        if row.state == "returned" and who.may("province.work"):
            lines.append(Todo(f"{kind.zh} {row.id} 被省级平台退回", f"{kind.en} {row.id} was returned", href))
        elif row.state == "draft" and who.may("province.release"):
            spoken = [one.by for one in releases(connection, row)]
            if who.login in spoken:
                continue
            after = "，已有一人同意" if spoken else ""
            after_en = ", one person has" if spoken else ""
            zh, en = f"{kind.zh} {row.id} 等待同意上报{after}", f"{kind.en} {row.id} waits for release{after_en}"
            owed = deadline(row)
            lines.append(Todo(zh, en, href, owed[2] if owed else None))
    return lines


def _instructions(connection: Connection, who: Viewer) -> list[Todo]:
    if not who.may("province.work"):
        return []
    statement = (
        select(INSTRUCTION)
        .where(INSTRUCTION.c.state.in_(("received", "signed", "assigned")))
        .order_by(INSTRUCTION.c.received_at)
        .limit(_MOST)
    )
    lines = []
    for row in connection.execute(in_scope(statement, INSTRUCTION, who)).all():
        zh, en, due = (
            ("签收", "Sign for", row.due_sign) if row.state == "received" else ("反馈", "Answer", row.due_feedback)
        )
        href = f"/province/instructions/{row.id}"
        lines.append(Todo(f"{zh}省级指令：{row.title}", f"{en} the instruction: {row.title}", href, due))
    return lines
