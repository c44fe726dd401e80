"""What the clerk does for notices: hands re-tests to the probe, takes their answers in, finds who is late, reminds."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, and_, or_, select, update

from analytics.db import FINDING, RETEST
from analytics.findings.finding import MACHINE
from analytics.lifecycle import IllegalMove, Stale
from console.audit.chain import record
from console.clerk.work import Clerk
from console.notices import pressing, settling
from console.notices.kinds import load_rules
from console.notices.lifecycle import OUT, WITH_UNIT
from console.notices.records import get
from console.notices.tables import NOTICE, NOTICE_FINDING
from console.notify.tables import DELIVERY
from sensors.contract.orders import Order, lay_down

_LOG: Final = logging.getLogger(__name__)
_AT_ONCE: Final = 200
# A link's words in the queue are forgotten once they are sent or given up.
_TOLD: Final = ("sent", "failed", "void")
_FORGOTTEN: Final = "（链接已发送，不再保存）"


def hand_over(clerk: Clerk) -> None:
    """Lay ordered re-tests down where the probe looks. Stopped in between, the same file is laid down again."""
    with clerk.reads.begin() as connection:
        waiting = select(RETEST).where(RETEST.c.state == "ordered").order_by(RETEST.c.ordered_at).limit(_AT_ONCE)
        rows = connection.execute(waiting).all()
    for row in rows:
        clerk.data.orders.mkdir(parents=True, exist_ok=True)
        lay_down(Order(row.id, row.site_id, row.check_id, row.location, row.ordered_at), clerk.data.orders)
        with clerk.engine.begin() as connection:
            mine = (RETEST.c.id == row.id, RETEST.c.state == "ordered")
            connection.execute(update(RETEST).where(*mine).values(state="sent", sent_at=clerk.clock()))


def settle(clerk: Clerk) -> None:
    """Close or return notices whose re-tests are answered, and open again those whose weakness came back."""
    for notice_id in _ids(clerk, select(NOTICE.c.id).where(NOTICE.c.state == "retesting")):
        _in_turn(clerk, notice_id, lambda connection, row: _settle(connection, row, clerk))
    came_back = (
        select(NOTICE.c.id)
        .join(NOTICE_FINDING, NOTICE_FINDING.c.notice_id == NOTICE.c.id)
        .join(FINDING, FINDING.c.id == NOTICE_FINDING.c.finding_id)
        .where(
            NOTICE.c.state == "closed", NOTICE_FINDING.c.state.in_(("closed", "waived")), FINDING.c.state == "reopened"
        )
        .order_by(NOTICE.c.closed_at.desc())
        .distinct()
    )
    for notice_id in _ids(clerk, came_back):
        _in_turn(clerk, notice_id, lambda connection, row: _rebound(connection, row, clerk))


def watch(clerk: Clerk) -> None:
    """Mark who is late, and remind before a deadline, when it is over, and after it, each once."""
    now = clerk.clock()
    rules = load_rules()
    near = now + rules.remind_before
    soon = or_(
        and_(NOTICE.c.state == "issued", NOTICE.c.sign_by <= near),
        and_(NOTICE.c.state.in_(sorted(WITH_UNIT)), or_(NOTICE.c.rectify_by <= near, NOTICE.c.feedback_by <= near)),
    )
    for notice_id in _ids(clerk, select(NOTICE.c.id).where(NOTICE.c.state.in_(sorted(OUT)), soon)):
        _in_turn(clerk, notice_id, lambda connection, row: _watch(connection, row, clerk, now))


def forget(clerk: Clerk) -> None:
    """Take the links out of messages that were sent: only the hash of a token is kept."""
    marked = and_(DELIVERY.c.kind == "link", DELIVERY.c.state.in_(_TOLD), DELIVERY.c.text != _FORGOTTEN)
    with clerk.reads.begin() as connection:
        if connection.execute(select(DELIVERY.c.id).where(marked).limit(1)).first() is None:
            return
    with clerk.engine.begin() as connection:
        connection.execute(update(DELIVERY).where(marked, DELIVERY.c.ref.like("notice %")).values(text=_FORGOTTEN))


def _settle(connection: Connection, row: Row[Any], clerk: Clerk) -> str | None:
    if row.state != "retesting" or not settling.settle(connection, row, clerk.office.office, clerk.clock()):
        return None
    return "notice.settle"


def _rebound(connection: Connection, row: Row[Any], clerk: Clerk) -> str | None:
    if row.state != "closed":
        return None
    ended = (NOTICE_FINDING.c.notice_id == row.id, NOTICE_FINDING.c.state.in_(("closed", "waived")))
    back = connection.execute(
        select(NOTICE_FINDING)
        .join(FINDING, FINDING.c.id == NOTICE_FINDING.c.finding_id)
        .where(*ended, FINDING.c.state == "reopened")
        .order_by(NOTICE_FINDING.c.position)
    ).all()
    if not back:
        return None
    settling.rebound(connection, row, back, clerk.office.office, clerk.clock(), clerk.data.root)
    return "notice.rebound"


def _watch(connection: Connection, row: Row[Any], clerk: Clerk, now: datetime) -> str | None:
    clock = pressing.clock_of(row)
    if clock is None or row.state not in OUT:
        return None
    name, due = clock
    late = due <= now
    if late and row.pressure == "none":
        pressing.overdue(connection, row, now)
        row = get(connection, row.id)
        _remind(connection, row, "due", f"due/{name}/{due.timestamp():.0f}", clerk, now)
        return "notice.overdue"
    if not late and now >= due - load_rules().remind_before and now >= (row.issued_at or now) + timedelta(minutes=30):
        return _remind(connection, row, "before", f"before/{name}/{due.timestamp():.0f}", clerk, now)
    if late:
        turn = int((now - due) / load_rules().remind_after)
        if 0 < turn <= load_rules().most_reminders:
            return _remind(connection, row, "after", f"after/{name}/{due.timestamp():.0f}/{turn}", clerk, now)
    return None


def _remind(connection: Connection, row: Row[Any], what: str, key: str, clerk: Clerk, now: datetime) -> str | None:
    """Remind the units that have not acted, unless they were under this key."""
    told = None
    for one in pressing.waiting(connection, row):
        mine = DELIVERY.c.key == f"notice/{row.id}/{one.unit_id}/{key}/1"
        if connection.execute(select(DELIVERY.c.id).where(mine)).first() is None:
            pressing.remind_unit(connection, row, one, what, clerk.office.office, now, MACHINE, key)
            told = "notice.remind"
    return told


def _ids(clerk: Clerk, statement: Any) -> Sequence[str]:
    with clerk.reads.begin() as connection:
        return list(connection.execute(statement.limit(_AT_ONCE)).scalars())


def _in_turn(clerk: Clerk, notice_id: str, work: Callable[[Connection, Row[Any]], str | None]) -> None:
    """One notice, one transaction, one audit entry; what somebody changes at the same moment is done next time."""
    try:
        with clerk.engine.begin() as connection:
            action = work(connection, get(connection, notice_id))
            if action is not None:
                name = f"notice {notice_id}"
                record(connection, at=clerk.clock(), actor=MACHINE, action=action, object=name, detail={})
    except (Stale, IllegalMove) as error:
        _LOG.info("%s; it is looked at again", error)
