"""What a playbook may ask of the incident it runs for: external variables with these names are filled by the desk."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, Row, select

from analytics.db import INCIDENT, SITE, UNIT
from analytics.grading.tables import Words

# name of the variable, and what it holds
FACTS: Final = {
    "__incident_id__": Words("事件编号", "number of the incident"),
    "__incident_title__": Words("事件标题", "title of the incident"),
    "__incident_class__": Words("事件类别", "class of the incident"),
    "__incident_level__": Words("事件级别", "level of the incident"),
    "__site_id__": Words("网站编号", "number of the site"),
    "__site_name__": Words("网站名称", "name of the site"),
    "__site_url__": Words("网站地址", "address of the site"),
    "__unit_name__": Words("责任单位", "responsible unit"),
    "__source_address__": Words("来源地址", "source address"),
}


def facts_of(connection: Connection, incident_id: str | None) -> dict[str, str]:
    """The facts of an incident, as texts; what is not known is left out."""
    if incident_id is None:
        return {}
    row = connection.execute(
        select(INCIDENT, SITE.c.name.label("site_name"), SITE.c.url.label("site_url"), UNIT.c.name.label("unit_name"))
        .outerjoin(SITE, SITE.c.id == INCIDENT.c.site_id)
        .outerjoin(UNIT, UNIT.c.id == INCIDENT.c.unit_id)
        .where(INCIDENT.c.id == incident_id)
    ).one_or_none()
    return {} if row is None else _facts(row)


def _facts(row: Row[tuple[object, ...]]) -> dict[str, str]:
    values = row._mapping
    entities = [str(one) for one in values["entities"] or () if str(one) != values["site_id"]]
    found = {
        "__incident_id__": values[INCIDENT.c.id],
        "__incident_title__": values["title"],
        "__incident_class__": values["class_code"],
        "__incident_level__": values["level_confirmed"] or values["level_proposed"],
        "__site_id__": values["site_id"],
        "__site_name__": values["site_name"],
        "__site_url__": values["site_url"],
        "__unit_name__": values["unit_name"],
        "__source_address__": entities[0] if entities else None,
    }
    return {name: str(value) for name, value in found.items() if value is not None}
