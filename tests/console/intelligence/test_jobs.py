"""The clerk's jobs for intelligence."""

from __future__ import annotations

from sqlalchemy import select, update

from analytics.intel.tables import INDICATOR
from console.clerk.jobs import JOBS
from console.clerk.work import Clerk
from console.intelligence.exchange import accept
from console.office.settings import OfficeSettings
from sensors.contract.segment import Segment
from tests.console.deskside import Table, two_counties
from tests.factories import NOON, at, segment
from tests.intel_values import bundle, indicator


def clerk(table: Table) -> Clerk:
    desk = table.desk
    return Clerk(desk.engine, desk.reads, desk.store, desk.data, OfficeSettings(), lambda: at(700))


def test_an_accepted_indicator_is_looked_back_for_and_its_hits_are_counted(table: Table) -> None:
    two_counties(table)
    flow = {"source.ip": "10.0.0.8", "destination.ip": "198.51.100.7", "gongga.site.id": "kd-1"}
    made: Segment = segment("flow", flow, {**flow, "network.direction": "outbound"})
    table.desk.store.append(made)
    with table.desk.engine.begin() as connection:
        accept(connection, bundle(indicator(1)), "省平台", "内部", NOON)

    for name in ("intelligence_look_back", "intelligence_count", "intelligence_visit"):
        JOBS[name].run(clerk(table))

    with table.desk.reads.begin() as connection:
        row = connection.execute(select(INDICATOR)).one()
    assert (row.hits, row.hunted_at) == (2, at(700))
    with table.desk.engine.begin() as connection:
        connection.execute(update(INDICATOR).values(hits=99))
    JOBS["intelligence_count"].run(clerk(table))
    with table.desk.reads.begin() as connection:
        assert connection.execute(select(INDICATOR.c.hits)).scalar_one() == 2
