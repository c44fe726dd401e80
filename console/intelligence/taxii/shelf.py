"""The collections of our TAXII server: objects with all their versions, in the order in which they were added."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from console.intelligence.tables import TAXII_COLLECTION, TAXII_OBJECT
from console.web.i18n import mark
from sensors.contract.batch import time_of, time_text

_SPACE: Final = uuid.UUID("6f0d1b0e-3f5f-5d0c-9d53-6f9f2b7a5133")
SHARED: Final = str(uuid.uuid5(_SPACE, "shared"))
INBOX: Final = str(uuid.uuid5(_SPACE, "inbox"))
_TICK: Final = timedelta(microseconds=1)
_AT_ONCE: Final = 400
SPEC: Final = "2.1"


@dataclass(frozen=True, slots=True)
class Collection:
    """One collection: whether it is read and added to by those who may. In the inbox everybody sees only their own."""

    id: str
    title: str
    alias: str
    description: str
    own_only: bool
    can_add: bool


COLLECTIONS: Final[Mapping[str, Collection]] = {
    SHARED: Collection(SHARED, mark("共享情报"), "shared", mark("经两人批准共享的情报"), own_only=False, can_add=False),
    INBOX: Collection(INBOX, mark("情报收件"), "inbox", mark("向本单位推送的情报"), own_only=True, can_add=True),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a reader asks for, of what it may see: some markings, or only what came from one source.

    `versions` are last, first, all, or moments.
    """

    collection: str
    markings: tuple[str, ...]
    source: str | None = None
    ids: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    versions: tuple[str, ...] = ("last",)
    spec_versions: tuple[str, ...] = ()
    added_after: datetime | None = None
    # the moment after which this page begins
    after: datetime | None = None
    limit: int = 100


def shelve(
    connection: Connection, collection: str, objects: Sequence[tuple[Mapping[str, Any], str]], source: str, at: datetime
) -> int:
    """Add objects, each with its marking; versions that are there stay as they are. How many were added."""
    if not objects:
        return 0
    moment = _last_added(connection, collection, at)
    known = _held(connection, collection, [str(body["id"]) for body, _ in objects])
    rows = []
    for body, marking in objects:
        version = version_of(body)
        if (body["id"], version) in known or (not version and any(one == body["id"] for one, _ in known)):
            continue
        known.add((str(body["id"]), version))
        moment = max(at, moment + _TICK)
        rows.append(
            {
                "collection": collection,
                "stix_id": body["id"],
                "version": version or time_text(moment),
                "type": body["type"],
                "spec_version": SPEC,
                "marking": marking,
                "added_at": moment,
                "source": source[:120],
                "body": dict(body),
            }
        )
    if rows:
        connection.execute(insert(TAXII_OBJECT), rows)
        mine = TAXII_COLLECTION.c.id == collection
        connection.execute(update(TAXII_COLLECTION).where(mine).values(last_added=moment))
    return len(rows)


def version_of(body: Mapping[str, Any]) -> str:
    """The version of an object in the form that sorts; empty where its kind has none."""
    said = body.get("modified") or body.get("created")
    try:
        return time_text(time_of(str(said))) if said else ""
    except ValueError:
        return ""


def page(connection: Connection, asked: Asked) -> tuple[Sequence[Row[Any]], bool]:
    """A page of objects in the order in which they were added, and whether more follow."""
    rows = connection.execute(_chosen(asked).order_by(TAXII_OBJECT.c.added_at).limit(asked.limit + 1)).all()
    return rows[: asked.limit], len(rows) > asked.limit


def _chosen(asked: Asked) -> Select[Any]:
    table = TAXII_OBJECT
    visible = [table.c.collection == asked.collection, table.c.marking.in_(asked.markings)]
    if asked.source is not None:
        visible.append(table.c.source == asked.source)
    wanted = list(visible)
    for column, values in (
        (table.c.stix_id, asked.ids),
        (table.c.type, asked.types),
        (table.c.spec_version, asked.spec_versions),
    ):
        if values:
            wanted.append(column.in_(values))
    wanted.extend(table.c.added_at > moment for moment in (asked.added_after, asked.after) if moment is not None)
    if "all" not in asked.versions:
        wanted.append(or_(*_of_versions(asked.versions, visible)))
    return select(table).where(*wanted)


def _of_versions(wished: Iterable[str], visible: Sequence[ColumnElement[bool]]) -> list[ColumnElement[bool]]:
    """First and last are those among what the reader may see."""
    found: list[ColumnElement[bool]] = []
    for wish in wished:
        if wish in ("last", "first"):
            pick = func.max if wish == "last" else func.min
            ends = select(TAXII_OBJECT.c.stix_id.label("stix_id"), pick(TAXII_OBJECT.c.version).label("version"))
            one = ends.where(*visible).group_by(TAXII_OBJECT.c.stix_id).subquery()
            chosen = select(one.c.stix_id).where(
                and_(one.c.stix_id == TAXII_OBJECT.c.stix_id, one.c.version == TAXII_OBJECT.c.version)
            )
            found.append(chosen.correlate(TAXII_OBJECT).exists())
        else:
            found.append(TAXII_OBJECT.c.version == wish)
    return found


def _last_added(connection: Connection, collection: str, at: datetime) -> datetime:
    """The newest moment given so far; its row is held, so that of two writers the second waits for the first."""
    mine = select(TAXII_COLLECTION.c.last_added).where(TAXII_COLLECTION.c.id == collection).with_for_update()
    found = connection.execute(mine).scalar_one_or_none()
    if found is None:
        try:
            with connection.begin_nested():
                connection.execute(insert(TAXII_COLLECTION).values(id=collection, last_added=at - _TICK))
        except IntegrityError:
            pass
        found = connection.execute(mine).scalar_one()
    last: datetime = found
    return last


def _held(connection: Connection, collection: str, ids: Sequence[str]) -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for start in range(0, len(ids), _AT_ONCE):
        part = TAXII_OBJECT.c.stix_id.in_(ids[start : start + _AT_ONCE])
        rows = connection.execute(
            select(TAXII_OBJECT.c.stix_id, TAXII_OBJECT.c.version).where(part, TAXII_OBJECT.c.collection == collection)
        )
        found |= {(row.stix_id, row.version) for row in rows}
    return found
