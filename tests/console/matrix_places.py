"""Three places that must not hear of each other: records of every kind are planted in each of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import insert

from analytics.db import INCIDENT_MEMBER, SITE, UNIT
from console.accounts.permissions import APART
from console.notify.tell import Message, Recipient, tell
from console.web.changes import announce
from tests.console.deskdata import alert, finding, incident
from tests.console.deskside import Table
from tests.factories import NOON, at


@dataclass(frozen=True, slots=True)
class Place:
    """A unit with a site. `mark` stands in every text that is planted for it."""

    name: str
    county: str
    unit: str
    site: str
    mark: str
    number: int


# Two units of one county, and one of another.
AZURE: Final = Place("azure", "513301", "u-azure", "kd-azure", "青岩", 7101)
CEDAR: Final = Place("cedar", "513301", "u-cedar", "kd-cedar", "柏木", 7202)
AMBER: Final = Place("amber", "513322", "u-amber", "ld-amber", "琥珀", 7303)
PLACES: Final = (AZURE, CEDAR, AMBER)


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a role holds: the whole prefecture, a county, or a unit."""

    name: str
    county: str | None = None
    unit: str | None = None

    def sees(self, place: Place) -> bool:
        return (self.county or place.county) == place.county and (self.unit or place.unit) == place.unit

    @property
    def is_whole(self) -> bool:
        return self.county is None and self.unit is None


SCOPES: Final = (
    Scope("the whole prefecture"),
    Scope("county of two units", county="513301"),
    Scope("the other county", county="513322"),
    Scope("unit azure", unit="u-azure"),
    Scope("unit amber", unit="u-amber"),
)


@dataclass
class World:
    """What was planted: the id of each kind of object in each place, and what all may see who have the permission."""

    table: Table
    objects: dict[str, dict[str, str]] = field(default_factory=dict)
    everywhere: dict[str, str] = field(default_factory=dict)

    def of(self, kind: str, place: Place) -> str:
        return self.objects[kind][place.name]

    def marks(self, place: Place) -> set[str]:
        """Every word that gives the place away."""
        ids = {ids[place.name] for ids in self.objects.values()}
        return {place.mark, place.unit, place.site} | {one for one in ids if len(one) > 5}


def visible(roles: frozenset[str], scope: Scope | None, place: Place) -> bool:
    """Whether somebody with these roles over this scope may know of the place at all."""
    return bool(roles - APART) and scope is not None and scope.sees(place)


def plant(table: Table, *planters: Callable[[World, Place], Mapping[str, str]]) -> World:
    """Records in every place."""
    world = World(table)
    for place in PLACES:
        for planter in (_inventory, _first_half, *planters):
            for kind, made in planter(world, place).items():
                world.objects.setdefault(kind, {})[place.name] = made
    return world


def _inventory(world: World, place: Place) -> dict[str, str]:
    with world.table.desk.engine.begin() as connection:
        connection.execute(
            insert(UNIT).values(id=place.unit, name=f"{place.mark}局", county=place.county, kind="部门", phone="12345")
        )
        connection.execute(
            insert(SITE).values(
                id=place.site,
                unit_id=place.unit,
                name=f"{place.mark}门户",
                url=f"http://{place.site}.example/",
                hosts=[f"{place.site}.example"],
                addresses=[],
                ports=[80],
                rank="县级",
                is_cii=False,
                active=True,
            )
        )
    return {"unit": place.unit, "site": place.site}


def _first_half(world: World, place: Place) -> dict[str, str]:
    engine = world.table.desk.engine
    here: dict[str, Any] = {"site_id": place.site, "unit_id": place.unit, "county": place.county}
    words = {"title": f"{place.mark}一事", "title_en": f"{place.mark} matter"}
    found = finding(engine, place.number, key=f"{place.site}|check|/", **here, **words)
    cried = alert(engine, place.number, key=f"rule|{place.site}", **here, **words)
    made = incident(engine, place.number, class_code="02.09", grading=_GRADING, **here, **words)
    with engine.begin() as connection:
        for kind, member in (("alert", cried), ("finding", found)):
            row = {"incident_id": made, "kind": kind, "member_id": member, "joined_at": NOON, "why": place.mark}
            connection.execute(insert(INCIDENT_MEMBER).values(row))
        for topic, ref in (("alert", cried), ("incident", made), ("finding", found), ("site", place.site)):
            announce(connection, topic, ref, NOON, place.site)
        to = Recipient(f"{place.mark}联系人", {"email": f"contact@{place.site}.example"})
        message = Message(f"planted {place.name}", "reminder", to, f"{place.mark}提醒", place.mark, f"incident {made}")
        delivery = tell(connection, message, NOON)
    return {"alert": cried, "incident": made, "finding": found, "delivery": str(delivery)}


_CLOCK: Final = {"id": "first", "zh": "初报时限", "en": "first", "due": at(3600).isoformat(), "article": "示例"}
_GRADING: Final = {"clocks": [_CLOCK | {"confidence": "A", "source": "示例"}]}
