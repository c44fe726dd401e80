"""A report follows its message, and its incident's timeline tells it."""

from __future__ import annotations

from sqlalchemy import select, update

from analytics.db import INCIDENT_ENTRY
from console.province.following import follow
from console.province.outbox import enqueue, message
from console.province.report_life import report
from console.province.reporting import draft_report
from console.province.tables import REPORT
from tests.console.deskdata import incident
from tests.console.deskside import Table
from tests.factories import at


def test_every_word_of_the_province_stands_in_the_timeline_once(table: Table) -> None:
    incident(table.desk.engine, 1)
    with table.desk.engine.begin() as connection:
        report_id = draft_report(connection, "2026-0001", "first", "wang", at(0))
        message_id = enqueue(connection, "event_report", {}, at=at(1), ref=f"report {report_id}")
        released = {"state": "released", "message_id": message_id}
        connection.execute(update(REPORT).where(REPORT.c.id == report_id).values(released))
        row = message(connection, message_id)
        assert row is not None
        for state in ("sent", "sent", "stored", "accepted", "stored"):
            follow(connection, row, state, at(2), receipt_no="SC-7" if state == "accepted" else None)

        found = report(connection, report_id)
        told = connection.execute(select(INCIDENT_ENTRY.c.text).order_by(INCIDENT_ENTRY.c.id)).scalars().all()

    assert (found.state, found.receipt_no) == ("accepted", "SC-7")
    assert "省级平台收到报告" in told
    assert [text for text in told[1:] if text.startswith("初报")] == [
        f"初报 {report_id} 已发往省级平台",
        f"初报 {report_id} 省级平台已接收",
        f"初报 {report_id} 省级平台已受理，回执号 SC-7",
    ]
