"""A notice's row as a paper."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from console.notices.drafting import draft_for_findings
from console.notices.paper import filled, paper_of
from console.notices.records import findings_of, get
from console.office.settings import Office
from tests.console.deskdata import finding
from tests.console.deskside import Table, two_counties
from tests.factories import NOON

OFFICE = Office(phone="0836-1234567")
TIMES = {"sign_by": NOON, "rectify_by": NOON + timedelta(days=3), "feedback_by": NOON + timedelta(days=3)}


def drafted(table: Table, kind: str, **values: Any) -> Any:
    two_counties(table)
    one = finding(table.desk.engine, 1, **values)
    with table.desk.engine.begin() as connection:
        notice = draft_for_findings(connection, kind, [one], "editor", NOON)
        return paper_of(get(connection, notice), findings_of(connection, notice), OFFICE, TIMES, None)


def test_places_are_filled_with_moments_of_china_and_the_contact(table: Table) -> None:
    paper = drafted(table, "hazard", evidence="标题含 x")

    said = "".join(str(block) for block in paper.blocks)
    assert "2026年11月26日20时" in said
    assert "0836-1234567" in said
    assert "【整改时限】" not in said
    assert paper.number == ""
    assert paper.on is None
    assert "标题含 x" in str(paper.attachments)


def test_a_circular_carries_no_proof(table: Table) -> None:
    paper = drafted(table, "tip", evidence="SECRET")

    assert paper.attachments == ()
    assert "SECRET" not in str(paper)
    assert "kd-1" not in str(paper)


def test_without_a_telephone_the_text_still_reads() -> None:
    assert filled("电话：【联系电话】", {}, Office()) == "电话：见办公电话"
