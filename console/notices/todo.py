"""What notices wait for of this viewer: a review, a signature, an issue, a decision, a look at silent re-tests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, and_, or_, select

from console.accounts.viewer import Viewer
from console.desk.lines import Todo
from console.notices.lifecycle import NEEDS, OUT
from console.notices.pressing import clock_of, proposed
from console.notices.queries import is_overdue, visible
from console.notices.settling import unanswered
from console.notices.tables import NOTICE

MOST: Final = 50
_PRESSES: Final = {
    "urged": ("催办", "urge"),
    "supervised": ("督办", "supervise"),
    "escalated": ("提请通报批评", "escalate"),
}


def todo(connection: Connection, who: Viewer, now: datetime) -> Sequence[Todo]:
    """One line a notice that waits for this viewer; nothing that only another person may do."""
    if not who.may("notices.read"):
        return []
    waits = or_(
        NOTICE.c.state.in_(("draft", "reviewed", "signed", "feedback", "retesting")),
        NOTICE.c.extension_state == "requested",
        is_overdue(),
    )
    mine = select(NOTICE).where(visible(who), waits, and_(NOTICE.c.state != "closed", NOTICE.c.state != "withdrawn"))
    rows = connection.execute(mine.order_by(NOTICE.c.changed_at).limit(4 * MOST)).all()
    return [line for row in rows if (line := _line(connection, row, who, now)) is not None][:MOST]


def _line(connection: Connection, row: Row[Any], who: Viewer, now: datetime) -> Todo | None:
    said = _says(connection, row, who, now)
    if said is None:
        return None
    zh, en = said
    clock = clock_of(row)
    level = "critical" if row.severity == "event" else row.severity
    name = row.number or row.title
    due = clock[1] if clock else None
    return Todo(f"{zh}：{name}", f"{en}: {name}", f"/notices/{row.id}", due, level)


def _says(connection: Connection, row: Row[Any], who: Viewer, now: datetime) -> tuple[str, str] | None:
    inside = _inside(row, who)
    if inside is not None or row.state not in OUT:
        return inside
    if row.extension_state == "requested" and who.may(NEEDS["granted"]):
        return "决定是否延期", "Decide on more time"
    if row.state == "feedback" and who.may(NEEDS["retesting"]):
        return "核查反馈、安排复测", "Check the report, order the re-test"
    if row.state == "retesting" and who.may(NEEDS["retesting"]) and unanswered(connection, row, now):
        return "复测没有结果，请核实", "The re-test came to nothing; look into it"
    press = proposed(row, now)
    if press is not None and who.may(NEEDS[press]):
        zh, en = _PRESSES[press]
        return f"逾期，建议{zh}", f"Overdue: {en}"
    return None


def _inside(row: Row[Any], who: Viewer) -> tuple[str, str] | None:
    """The paper's own way; whoever wrote it is not asked to review or sign it."""
    wrote = who.account_id in row.authors
    if row.state == "draft" and who.may(NEEDS["reviewed"]) and not wrote:
        return "审核通报", "Review the notice"
    if row.state == "reviewed" and who.may(NEEDS["signed"]) and not wrote and who.account_id != row.reviewed_account:
        return "签发通报", "Sign the notice"
    if row.state == "signed" and who.may(NEEDS["issued"]):
        return "下发通报", "Issue the notice"
    return None
