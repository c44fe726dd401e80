"""The state of the link with a peer, and the two laws of what may go over it: markings, and exercises."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from console.office.settings import ProvinceLink
from console.province.markings import may_leave
from console.province.tables import LINK_STATE


def settle(connection: Connection, settings: ProvinceLink) -> Row[Any]:
    """Write down what the office set for its link, and return the link's row; nothing is written when it is so."""
    wanted = {
        "us": settings.us,
        "transport": settings.transport,
        "marking": settings.marking,
        "is_exercise": settings.is_exercise,
        "active": True,
    }
    row = link_to(connection, settings.peer)
    if row is not None and all(getattr(row, name) == value for name, value in wanted.items()):
        return row
    connection.execute(update(LINK_STATE).where(LINK_STATE.c.peer != settings.peer).values(active=False))
    if row is None:
        connection.execute(insert(LINK_STATE).values(peer=settings.peer, **wanted, seq_out=0, seq_in=0, failures=0))
    else:
        connection.execute(update(LINK_STATE).where(LINK_STATE.c.peer == settings.peer).values(wanted))
    settled = link_to(connection, settings.peer)
    assert settled is not None
    return settled


def is_settled(row: Row[Any] | None, settings: ProvinceLink) -> bool:
    """Whether the row says what the office set, so that nothing needs writing."""
    return row is not None and (row.us, row.transport, row.marking, row.is_exercise, row.active) == (
        *(settings.us, settings.transport, settings.marking, settings.is_exercise),
        True,
    )


def link_to(connection: Connection, peer: str) -> Row[Any] | None:
    """The link with this peer."""
    return connection.execute(select(LINK_STATE).where(LINK_STATE.c.peer == peer)).one_or_none()


def active_link(connection: Connection) -> Row[Any] | None:
    """The link that new messages are for; None before the office's settings were first read."""
    return connection.execute(select(LINK_STATE).where(LINK_STATE.c.active).limit(1)).one_or_none()


def why_held(link: Row[Any], marking: str, for_exercise: bool) -> str | None:
    """Why a message may not go over this link; None when it may. Asked when it is queued and again when it is sent."""
    if for_exercise and not link.is_exercise:
        return f"it was made in an exercise, and {link.peer} is no simulator"
    if link.is_exercise and not for_exercise:
        return f"{link.peer} is a simulator for exercises, and this is real"
    if not may_leave(marking, link.marking):
        return f"it is marked {marking}, and the link with {link.peer} carries up to {link.marking}"
    return None


def heard(connection: Connection, peer: str, at: datetime, skew: float | None = None) -> None:
    """Note that the peer said something, and how far its clock is from ours."""
    values: dict[str, Any] = {"last_heard_at": at}
    if skew is not None:
        values["clock_skew"] = skew
    connection.execute(update(LINK_STATE).where(LINK_STATE.c.peer == peer).values(values))
