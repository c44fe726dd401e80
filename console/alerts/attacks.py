"""Attacks as the roll-up counted them: what the numbers of the big screen stand for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, func, select

from analytics.db import SITE
from analytics.posture.tables import ATTACK
from console.accounts.viewer import Viewer
from console.web.address import between, plain_address
from console.web.scope import in_scope

PAGE: Final = 100


@dataclass(frozen=True, slots=True)
class Filter:
    """The address parameters of the list. `source` unknown is an attack whose source nobody saw."""

    day: str = ""
    source: str = ""
    kind: str = ""
    site: str = ""
    county: str = ""
    since: datetime | None = None
    until: datetime | None = None
    skip: int = 0

    def address(self, **changed: str | int) -> dict[str, str | int]:
        """The parameters as an address carries them, some changed; empty ones left out."""
        mine: dict[str, str | int] = plain_address(self) | changed
        return {name: value for name, value in mine.items() if value not in ("", 0)}


def conditions(asked: Filter) -> list[ColumnElement[bool]]:
    """What a filter asks of the rows."""
    source = "" if asked.source == "unknown" else asked.source
    exact = {"day": asked.day, "kind": asked.kind, "site_id": asked.site, "county": asked.county}
    found = [ATTACK.c[name] == value for name, value in exact.items() if value]
    if asked.source:
        found.append(ATTACK.c.source == source)
    return [*found, *between(ATTACK.c.first_seen, asked.since, asked.until)]


def attacks(connection: Connection, who: Viewer, asked: Filter) -> tuple[Sequence[Row[Any]], int]:
    """A page of attacks, newest first, and how many there are in all."""
    listed = select(ATTACK, SITE.c.name.label("site_name")).outerjoin(SITE, SITE.c.id == ATTACK.c.site_id)
    ordered = in_scope(listed.where(*conditions(asked)), ATTACK, who).order_by(
        ATTACK.c.first_seen.desc(), ATTACK.c.source, ATTACK.c.site_id, ATTACK.c.kind
    )
    counted = select(func.count()).select_from(ATTACK).where(*conditions(asked))
    total = int(connection.execute(in_scope(counted, ATTACK, who)).scalar_one())
    return connection.execute(ordered.offset(asked.skip).limit(PAGE)).all(), total


def document(row: Row[Any]) -> Mapping[str, Any]:
    """An attack as JSON values."""
    keys = ("day", "source", "site_id", "kind", "county", "level", "alerts")
    times = {name: getattr(row, name).isoformat() for name in ("first_seen", "last_seen")}
    return {key: getattr(row, key) for key in keys} | times
