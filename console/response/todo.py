"""Steps and approvals of playbooks that wait for the viewer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, select

from console.accounts.viewer import Viewer
from console.desk.lines import Todo
from console.response.cacao.extension import step_terms
from console.response.run_queries import may_do, waiting_for_people
from console.response.shelf import playbook_of
from console.response.tables import APPROVAL


def run_todo(connection: Connection, who: Viewer, now: datetime) -> Sequence[Todo]:
    """What this viewer may finish or decide, except what somebody else took or they decided already."""
    if not who.may("response.read"):
        return ()
    rows = [row for row in waiting_for_people(connection, who) if row.holder in (None, who.login)]
    mine = select(APPROVAL.c.step_run_id).where(APPROVAL.c.account_id == who.account_id)
    heard = set(connection.execute(mine.where(APPROVAL.c.step_run_id.in_([row.id for row in rows]))).scalars())
    found = []
    for row in rows:
        step = playbook_of(connection, row.playbook_id, row.playbook_version).steps.get(row.step)
        if step is None or row.id in heard:
            continue
        terms = step_terms(step)
        alone = terms.approval is not None and terms.approval.quorum == 1 and row.started_by == who.login
        if alone or not may_do(who, row.role, terms.approval):
            continue
        zh, en = ("待批准", "Decide") if terms.approval else ("待办步骤", "Step to do")
        about = f"（{row.incident_id}）" if row.incident_id else ""
        told = (f"{zh}：{step.name}{about}", f"{en}: {terms.name_en or step.name} {row.incident_id or ''}".rstrip())
        found.append(Todo(*told, href=f"/response/runs/{row.run_id}", due=row.due))
    return found
