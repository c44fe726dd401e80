"""The page of an incident's room."""

from __future__ import annotations

from tests.console.deskdata import incident
from tests.console.deskside import Table, two_counties
from tests.factories import at

CLOCK = {"id": "first", "zh": "初报时限", "en": "First report", "due": at(3600).isoformat(), "article": "示例"}
CLOCK |= {"confidence": "A", "source": "示例"}


def test_the_room_says_the_situation_in_five_lines_with_large_buttons(table: Table) -> None:
    two_counties(table)
    incident(table.desk.engine, 1, class_code="02.09", state="confirmed", grading={"clocks": [CLOCK]})
    seat = table.seat("commander")
    text = seat.get("/incidents/2026-0001/room").text

    assert text.split('class="body brief"')[1].split("</ol>")[0].count("<li>") == 5
    assert "网页篡改" in text
    assert "初报时限" in text
    assert 'class="button large lead"' in text
    assert seat.get("/incidents/2026-0009/room").status_code == 404
    assert "/incidents/2026-0001/room" in seat.get("/incidents/2026-0001").text
