"""What the site pages show: the inventory, and one site's whole story."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, Select, func, or_, select

from analytics.correlation.incident import AT_REST
from analytics.db import ALERT, AUTHORISATION, CONTACT, FINDING, INCIDENT, MODEL, SITE, SITE_DAY, UNIT
from analytics.findings.finding import GONE
from analytics.posture.availability import DAYS, Availability, availability
from analytics.posture.site_week import visited
from console.accounts.viewer import Viewer
from console.web.scope import in_scope

SHOWN: Final = 20
WAITING: Final = ("new", "acknowledged")


@dataclass(frozen=True, slots=True)
class Filter:
    """The address parameters of the list."""

    text: str = ""
    county: str = ""
    rank: str = ""
    # of this level of 等保 or above
    protection: int | None = None
    cii: bool = False
    # failed: the home page could not be opened at least once in the last seven days
    week: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """One site with everything known of it."""

    site: Row[Any]
    contacts: Sequence[Row[Any]]
    authorisations: Sequence[Row[Any]]
    findings: Sequence[Row[Any]]
    alerts: Sequence[Row[Any]]
    incidents: Sequence[Row[Any]]
    model: Row[Any] | None
    week: Availability


def _counted(table: Any, *conditions: Any) -> Any:
    return (
        select(func.count())
        .select_from(table)
        .where(table.c.site_id == SITE.c.id, *conditions)
        .correlate(SITE)
        .scalar_subquery()
    )


def _sites() -> Select[Any]:
    return (
        select(
            SITE,
            UNIT.c.name.label("unit_name"),
            UNIT.c.county,
            UNIT.c.phone.label("unit_phone"),
            _counted(ALERT, ALERT.c.status.in_(WAITING)).label("alerts"),
            _counted(FINDING, FINDING.c.state.not_in(GONE)).label("findings"),
            _counted(INCIDENT, INCIDENT.c.state.not_in(AT_REST)).label("incidents"),
        )
        .join(UNIT, UNIT.c.id == SITE.c.unit_id)
        .where(SITE.c.active.is_(True))
    )


def _scoped(statement: Select[Any], who: Viewer) -> Select[Any]:
    if who.counties is None and who.units is None:
        return statement
    counties, units = who.counties or frozenset(), who.units or frozenset()
    return statement.where(or_(UNIT.c.county.in_(counties), UNIT.c.id.in_(units)))


def sites(connection: Connection, who: Viewer, asked: Filter, now: datetime) -> Sequence[Row[Any]]:
    """Every site this viewer may see, those in trouble first."""
    exact = ((UNIT.c.county, asked.county), (SITE.c.rank, asked.rank))
    statement = _scoped(_sites(), who).where(*(column == value for column, value in exact if value))
    if asked.text:
        texts = (SITE.c.name, SITE.c.id, SITE.c.url, UNIT.c.name)
        statement = statement.where(or_(*(column.contains(asked.text, autoescape=True) for column in texts)))
    if asked.protection is not None:
        statement = statement.where(SITE.c.protection_level >= asked.protection)
    if asked.cii:
        statement = statement.where(SITE.c.is_cii.is_(True))
    if asked.week == "failed":
        days = visited(now).subquery()
        statement = statement.where(SITE.c.id.in_(select(days.c.site_id).where(days.c.failed > 0)))
    rows = connection.execute(statement).all()
    return sorted(rows, key=lambda row: (-row.incidents, -row.alerts, -row.findings, row.id))


def story(connection: Connection, who: Viewer, site_id: str) -> Story | None:
    """A site's whole story; None outside the viewer's scope."""
    site = connection.execute(_scoped(_sites().where(SITE.c.id == site_id), who)).one_or_none()
    if site is None:
        return None

    def newest(table: Any, order: Any, *conditions: Any) -> Sequence[Row[Any]]:
        mine = select(table).where(table.c.site_id == site_id, *conditions).order_by(order.desc()).limit(SHOWN)
        return connection.execute(in_scope(mine, table, who)).all()

    model = select(MODEL).where(MODEL.c.site_id == site_id, MODEL.c.state.in_(("current", "waiting")))
    return Story(
        site=site,
        contacts=connection.execute(select(CONTACT).where(CONTACT.c.unit_id == site.unit_id)).all(),
        authorisations=connection.execute(select(AUTHORISATION).where(AUTHORISATION.c.site_id == site_id)).all(),
        findings=newest(FINDING, FINDING.c.last_seen, FINDING.c.state.not_in(GONE)),
        alerts=newest(ALERT, ALERT.c.last_seen),
        incidents=newest(INCIDENT, INCIDENT.c.last_seen),
        model=connection.execute(model.order_by(MODEL.c.fitted_at.desc())).first(),
        week=_week(connection, site_id),
    )


def _week(connection: Connection, site_id: str) -> Availability:
    """The last seven days that were counted."""
    days = select(SITE_DAY.c.visits, SITE_DAY.c.failed).where(SITE_DAY.c.site_id == site_id)
    rows = connection.execute(days.order_by(SITE_DAY.c.day.desc()).limit(DAYS)).all()
    return availability((row.visits, row.failed) for row in rows)


def document(row: Row[Any]) -> dict[str, Any]:
    """A site as JSON values."""
    keys = ("id", "name", "url", "unit_id", "unit_name", "county", "rank", "protection_level", "is_cii")
    return {key: getattr(row, key) for key in (*keys, "alerts", "findings", "incidents")}
