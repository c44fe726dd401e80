"""Sending a message once more."""

from __future__ import annotations

from sqlalchemy import func, insert, select

from analytics.lifecycle import IllegalMove, Unknown
from console.accounts.viewer import Viewer
from console.audit.chain import record
from console.notify.parcel import AGAIN
from console.notify.queries import one
from console.notify.tables import DELIVERY
from console.web.desk import Desk


def resend(here: Desk, who: Viewer, message_id: int) -> int:
    """Queue a message once more, as one of its own with the same link; its number. Unknown, IllegalMove."""
    now = here.clock()
    with here.engine.begin() as connection:
        row = one(connection, who, message_id)
        if row is None:
            raise Unknown(f"message {message_id}")
        if row.state not in ("sent", "failed"):
            # One that waits goes out by itself; one that was called off is not wanted any more.
            raise IllegalMove(f"message {message_id}", row.state, "sent again")
        first = row.key.split(AGAIN)[0]
        same = DELIVERY.c.key.startswith(first + AGAIN, autoescape=True)
        number = connection.execute(select(func.count()).select_from(DELIVERY).where(same)).scalar_one() + 1
        values = {
            name: getattr(row, name)
            for name in ("kind", "recipient", "addresses", "subject", "text", "ref", "urgent", "exercise_id", "ack_due")
        }
        fresh = {"key": f"{first}{AGAIN}{number}", "created_at": now, "state": "waiting", "attempts": 0, "next_at": now}
        made = connection.execute(insert(DELIVERY).values(**values, **fresh).returning(DELIVERY.c.id)).scalar_one()
        detail = {"recipient": row.recipient, "subject": row.subject, "again": int(made)}
        record(
            connection, at=now, actor=who.login, action="message.resend", object=f"message/{message_id}", detail=detail
        )
    return int(made)
