"""Taking an inventory sheet into the database: all of it, or nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection, Table, delete, insert, select, update

from analytics.db import AUTHORISATION, CONTACT, SITE, UNIT
from analytics.inventory.sheet import RowError, SheetError, SiteRow, parse


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did: rows taken, or the errors for which nothing was taken."""

    rows: int
    added: int
    errors: tuple[RowError, ...]


def import_csv(connection: Connection, content: bytes, now: datetime) -> ImportReport:
    """Take every row, or, when any is bad, none and report each bad one with its line."""
    try:
        rows, errors = parse(content)
    except SheetError as error:
        return ImportReport(0, 0, (RowError(1, "", str(error)),))
    if errors or not rows:
        return ImportReport(0, 0, tuple(errors) or (RowError(1, "", "the sheet has no rows"),))
    added = 0
    for row in rows:
        cells = row.cells
        _put(connection, UNIT, cells["unit_id"], _unit(cells))
        added += _put(connection, SITE, cells["site_id"], _site(cells))
        _put_contact(connection, cells)
        _put_authorisation(connection, row)
    return ImportReport(len(rows), added, ())


def _put(connection: Connection, table: Table, key: str, values: Mapping[str, Any]) -> int:
    known = connection.execute(select(table.c.id).where(table.c.id == key)).first()
    if known:
        connection.execute(update(table).where(table.c.id == key).values(**values))
        return 0
    connection.execute(insert(table).values(id=key, **values))
    return 1


def _unit(cells: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": cells["unit_name"],
        "county": cells["county"],
        "kind": cells["unit_kind"],
        "phone": cells["unit_phone"],
    }


def _site(cells: Mapping[str, Any]) -> dict[str, Any]:
    parts = urlsplit(cells["url"])
    host = (parts.hostname or "").lower()
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return {
        "unit_id": cells["unit_id"],
        "name": cells["site_name"],
        "url": cells["url"],
        "hosts": list(dict.fromkeys((host, *cells["hosts"]))),
        "addresses": list(cells["addresses"]),
        "ports": list(dict.fromkeys((port, *cells["ports"]))),
        "rank": cells["rank"],
        "protection_level": cells["protection_level"],
        "is_cii": cells["is_cii"],
        "site_code": cells["site_code"],
        "icp": cells["icp"],
        "active": True,
    }


def _put_contact(connection: Connection, cells: Mapping[str, Any]) -> None:
    if not cells["contact_name"]:
        return
    same = (CONTACT.c.unit_id == cells["unit_id"]) & (CONTACT.c.name == cells["contact_name"])
    connection.execute(delete(CONTACT).where(same))
    connection.execute(
        insert(CONTACT).values(
            unit_id=cells["unit_id"],
            name=cells["contact_name"],
            duty=cells["contact_duty"],
            phone=cells["contact_phone"],
            email=cells["contact_email"],
        )
    )


def _put_authorisation(connection: Connection, row: SiteRow) -> None:
    cells = row.cells
    if not cells["auth_document"]:
        return
    digest = hashlib.sha256(f"{cells['site_id']}|{cells['auth_document']}".encode()).hexdigest()[:12]
    values = {
        "site_id": cells["site_id"],
        "document": cells["auth_document"],
        "level": cells["auth_level"],
        "valid_from": cells["auth_from"],
        "valid_until": cells["auth_until"],
    }
    _put(connection, AUTHORISATION, f"auth-{digest}", values)
