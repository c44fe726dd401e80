"""The scope on every query: what a viewer may see of a table, and of the events."""

from __future__ import annotations

from typing import Any, Protocol

from sqlalchemy import ColumnElement, Connection, Select, Table, false, or_, select, true

from analytics.db import SITE, UNIT
from console.accounts.viewer import Viewer


class Scoped(Protocol):
    """Whoever sees some counties and units, or everything."""

    @property
    def counties(self) -> frozenset[str] | None: ...
    @property
    def units(self) -> frozenset[str] | None: ...
    @property
    def sees_all(self) -> bool: ...


def condition(table: Table, who: Scoped) -> ColumnElement[bool]:
    """Rows of the table inside the viewer's counties or units; a row that names neither is for full scope only."""
    if who.sees_all:
        return true()
    if table is SITE:
        return _site_condition(who)
    # A unit is its own unit: its id stands where other tables name it.
    unit = table.c.id if table is UNIT else table.c.get("unit_id")
    parts: list[ColumnElement[bool]] = []
    if who.counties and "county" in table.c:
        parts.append(table.c.county.in_(sorted(who.counties)))
    if who.units and unit is not None:
        parts.append(unit.in_(sorted(who.units)))
    return or_(*parts) if parts else false()


def in_scope(statement: Select[Any], table: Table, who: Scoped) -> Select[Any]:
    """The statement, limited to what the viewer may see of the table."""
    return statement.where(condition(table, who))


def sites_in_scope(connection: Connection, who: Viewer) -> tuple[str, ...] | None:
    """The ids of the sites a viewer may see; None means all of them."""
    if who.sees_all:
        return None
    return tuple(connection.execute(select(SITE.c.id).where(condition(SITE, who)).order_by(SITE.c.id)).scalars())


def _site_condition(who: Scoped) -> ColumnElement[bool]:
    # A site has no county of its own: it is its unit's.
    parts: list[ColumnElement[bool]] = []
    if who.counties:
        parts.append(SITE.c.unit_id.in_(select(UNIT.c.id).where(UNIT.c.county.in_(sorted(who.counties)))))
    if who.units:
        parts.append(SITE.c.unit_id.in_(sorted(who.units)))
    return or_(*parts) if parts else false()
