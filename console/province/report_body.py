"""A released report as the province gets it: the record of the measures, with every item under its name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from analytics.correlation.incident import CHINA
from analytics.db import INCIDENT, SITE, UNIT
from console.accounts.tables import ACCOUNT
from console.office.settings import OfficeSettings
from console.papers.report_paper import ReportValues
from console.province.queries import releases
from console.province.report_form import kind_of


def report_body(
    connection: Connection, row: Row[Any], people: Sequence[str], office: OfficeSettings, at: datetime
) -> dict[str, Any]:
    """The body of the message; plain JSON values."""
    incident = connection.execute(select(INCIDENT).where(INCIDENT.c.id == row.incident_id)).one()
    unit = connection.execute(select(UNIT).where(UNIT.c.id == row.unit_id)).one_or_none()
    site = connection.execute(select(SITE).where(SITE.c.id == incident.site_id)).one_or_none()
    kind = kind_of(row.kind)
    return {
        "report_no": row.id,
        "kind": row.kind,
        "kind_name": kind.zh,
        "previous": row.previous_id,
        "reporter": {
            "name": office.office.name,
            "region": office.office.region,
            "contact": office.office.contact,
            "phone": office.office.phone,
        },
        "incident": {
            "id": incident.id,
            "title": incident.title,
            "class_code": incident.class_code,
            "level_proposed": incident.level_proposed,
            "level_confirmed": incident.level_confirmed,
            "occurred_at": _text(incident.occurred_at),
            "detected_at": _text(incident.detected_at),
            "confirmed_at": _text(incident.confirmed_at),
            "closed_at": _text(incident.closed_at),
        },
        "unit": {"name": unit.name, "region": unit.county, "phone": unit.phone} if unit else None,
        "system": _system(site) if site else None,
        "items": [
            {"key": item.key, "name": item.zh, "article": item.article, "text": row.items.get(item.key, "")}
            for item in kind.items
            if row.items.get(item.key)
        ],
        "drafted_by": row.drafted_by,
        "released_by": list(people),
        "reported_at": at.isoformat(),
    }


def paper_values(
    connection: Connection, row: Row[Any], office: OfficeSettings, at: datetime, exercise: str | None
) -> ReportValues:
    """What the report's paper is made of."""
    unit = connection.execute(select(UNIT.c.name).where(UNIT.c.id == row.unit_id)).scalar()
    kind = kind_of(row.kind)
    # Whoever released it last stands for it; while it is a draft nobody does.
    standing = releases(connection, row)
    signer = standing[-1].by if standing and row.released_at else ""
    name = connection.execute(select(ACCOUNT.c.name).where(ACCOUNT.c.login == signer)).scalar()
    return ReportValues(
        kind=row.kind,
        unit=unit or "涉事单位",
        issuer=office.office.name,
        items=tuple((item.zh, row.items[item.key]) for item in kind.items if row.items.get(item.key)),
        number=row.id,
        on=(row.released_at or at).astimezone(CHINA).date(),
        signer=name or signer or "（待签发）",
        contact=office.office.contact,
        phone=office.office.phone,
        exercise=exercise,
    )


def _system(site: Row[Any]) -> Mapping[str, Any]:
    return {
        "name": site.name,
        "url": site.url,
        "protection_level": site.protection_level,
        "icp": site.icp,
        "site_code": site.site_code,
        "is_cii": site.is_cii,
    }


def _text(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
