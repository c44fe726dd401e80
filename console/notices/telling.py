"""Messages to the unit of a notice: to its contacts and to its people at the desk, in the words of messages.yml."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any, Final

import yaml
from sqlalchemy import Connection, Row, select

from analytics.db import CONTACT, UNIT
from console.accounts.tables import ACCOUNT, ACCOUNT_GRANT
from console.notify.tell import Message, Recipient, tell
from console.office.settings import Office
from console.papers.notice_paper import moment

_FIELD: Final = re.compile(r"\{([a-z_]+)\}")


@cache
def messages() -> Mapping[str, Any]:
    """The file of messages."""
    data: Mapping[str, Any] = yaml.safe_load((files("playbooks") / "notices" / "messages.yml").read_text("utf-8"))
    return data


def clock_word(clock: str) -> str:
    """The word of a clock, such as 签收."""
    return str(messages()["clocks"][clock])


def tell_unit(
    connection: Connection,
    what: str,
    row: Row[Any],
    unit_id: str,
    office: Office,
    at: datetime,
    *,
    key: str,
    **fields: str,
) -> int:
    """Queue a message to everybody of a unit; returns to how many. `key` makes the telling unique."""
    words = messages()[what]
    known = {
        "title": row.title,
        "number": row.number or "",
        "office": office.name,
        "contact": office.contact,
        "phone": office.phone,
        "sign_by": moment(row.sign_by),
        "text": "",
        "clock": "",
        "due": moment(row.rectify_by),
        "link": "",
        "unit": unit_name(connection, unit_id),
        **fields,
    }
    people = recipients(connection, unit_id)
    for number, one in enumerate(people, 1):
        message = Message(
            key=f"notice/{row.id}/{unit_id}/{key}/{number}",
            kind="link" if known["link"] else "reminder" if what in ("before", "due", "after") else "notice",
            to=one,
            subject=_filled(words["subject"], known)[:300],
            text=_filled(words["text"], known),
            ref=f"notice {row.id}",
            urgent=row.severity in ("event", "critical"),
        )
        tell(connection, message, at, row.exercise_id)
    return len(people)


def recipients(connection: Connection, unit_id: str) -> list[Recipient]:
    """The contacts of a unit that can be reached, and its accounts; without any, the unit by its telephone."""
    found = [
        Recipient(row.name, {name: value for name, value in (("email", row.email), ("phone", row.phone)) if value})
        for row in connection.execute(select(CONTACT).where(CONTACT.c.unit_id == unit_id).order_by(CONTACT.c.id))
        if row.email or row.phone
    ]
    owners = (
        select(ACCOUNT.c.login, ACCOUNT.c.name)
        .join(ACCOUNT_GRANT, ACCOUNT_GRANT.c.account_id == ACCOUNT.c.id)
        .where(ACCOUNT_GRANT.c.unit_id == unit_id, ACCOUNT_GRANT.c.role == "owner", ACCOUNT.c.active)
        .order_by(ACCOUNT.c.login)
    )
    found += [Recipient(row.name, {"account": row.login}) for row in connection.execute(owners)]
    if found:
        return found
    unit = connection.execute(select(UNIT).where(UNIT.c.id == unit_id)).one()
    return [Recipient(unit.name, {"phone": unit.phone} if unit.phone else {})]


def unit_name(connection: Connection, unit_id: str) -> str:
    """The name of a unit."""
    return str(connection.execute(select(UNIT.c.name).where(UNIT.c.id == unit_id)).scalar() or unit_id)


def _filled(text: str, values: Mapping[str, str]) -> str:
    return _FIELD.sub(lambda found: values.get(found[1], ""), text)
