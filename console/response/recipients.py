"""Who is meant by a slot of the mechanism or by the responsible unit, and how they are reached."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, select

from analytics.db import CONTACT, UNIT
from console.notify.tell import Recipient
from console.response.mechanism import Mechanism, Slot
from console.response.people import holders

# The unit that an incident belongs to, as a playbook names it.
OWNER: Final = "owner"


def recipients(
    connection: Connection, mechanism: Mechanism, target: str, unit_id: str | None, county: str | None = None
) -> list[Recipient]:
    """Everybody a target names, each once; of accounts those who see the county. ValueError for what names nothing."""
    if target == OWNER:
        return _unit(connection, unit_id)
    found = [one for slot in mechanism.slots_of(target) for one in _slot(connection, slot, county)]
    return list({(one.name, tuple(sorted(one.addresses.items()))): one for one in found}.values())


def _slot(connection: Connection, slot: Slot, county: str | None) -> list[Recipient]:
    named = []
    for contact in slot.contacts:
        reached = {"phone": contact.phone, "email": contact.email, "account": contact.account}
        named.append(Recipient(f"{slot.name} {contact.name}"[:120], {key: one for key, one in reached.items() if one}))
    if named:
        return named
    found = holders(connection, slot.roles, county)
    accounts = [Recipient(f"{slot.name} {one.name}"[:120], {"account": one.account}) for one in found]
    return accounts or _unit(connection, slot.unit) or [Recipient(slot.name[:120])]


def _unit(connection: Connection, unit_id: str | None) -> list[Recipient]:
    unit = connection.execute(select(UNIT).where(UNIT.c.id == unit_id)).one_or_none() if unit_id else None
    if unit is None:
        return []
    rows = connection.execute(select(CONTACT).where(CONTACT.c.unit_id == unit.id).order_by(CONTACT.c.id)).all()
    found = []
    for row in rows:
        reached = {"phone": row.phone, "email": row.email}
        found.append(Recipient(f"{unit.name} {row.name}"[:120], {key: one for key, one in reached.items() if one}))
    return found or [Recipient(unit.name[:120], {"phone": unit.phone} if unit.phone else {})]
