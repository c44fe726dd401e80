"""Who stands behind a slot, in the order in which they are called."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, and_, or_, select

from analytics.db import CONTACT, UNIT
from console.accounts.tables import ACCOUNT, ACCOUNT_GRANT
from console.notify.tell import Recipient
from console.response.slots import Slot


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody to call, and how; without any address the name alone is shown and somebody telephones."""

    name: str
    account: str = ""
    phone: str = ""
    email: str = ""

    def recipient(self) -> Recipient:
        """The person as messages know it."""
        known = {"account": self.account, "phone": self.phone, "email": self.email}
        return Recipient(self.name[:120], {name: value for name, value in known.items() if value})


def people_of(connection: Connection, slot: Slot, county: str | None) -> list[Person]:
    """The slot's own contacts, then the accounts with its roles that see the county, then its unit's contacts."""
    named = [Person(one.name, one.account, one.phone, one.email) for one in slot.contacts]
    found = [*named, *holders(connection, slot.roles, county), *_unit(connection, slot.unit)]
    return list(dict.fromkeys(found)) or [Person(slot.name)]


def holders(connection: Connection, roles: Iterable[str], county: str | None) -> list[Person]:
    """The active accounts that hold one of the roles for a county or for all, in the order of the roles.

    What is in no county is for those alone who see everything.
    """
    order = list(roles)
    if not order:
        return []
    grant = ACCOUNT_GRANT.c
    everywhere = and_(grant.county.is_(None), grant.unit_id.is_(None))
    rows = connection.execute(
        select(ACCOUNT.c.login, ACCOUNT.c.name, grant.role)
        .join(ACCOUNT_GRANT, grant.account_id == ACCOUNT.c.id)
        .where(
            ACCOUNT.c.active, grant.role.in_(order), or_(everywhere, grant.county == county) if county else everywhere
        )
    ).all()
    ordered = sorted(rows, key=lambda row: (order.index(row.role), row.login))
    return list(dict.fromkeys(Person(row.name, row.login) for row in ordered))


def _unit(connection: Connection, unit_id: str | None) -> list[Person]:
    if unit_id is None:
        return []
    contacts = connection.execute(select(CONTACT).where(CONTACT.c.unit_id == unit_id).order_by(CONTACT.c.id)).all()
    found = [Person(row.name, "", row.phone or "", row.email or "") for row in contacts]
    unit = connection.execute(select(UNIT).where(UNIT.c.id == unit_id)).one_or_none()
    if unit is not None and unit.phone:
        found.append(Person(unit.name, "", unit.phone))
    return found
