"""What the tables of notices hold by themselves."""

from __future__ import annotations

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from console.notices.tables import NOTICE, NOTICE_NUMBER
from tests.console.deskside import Table
from tests.factories import NOON

PLAIN = {
    "kind": "hazard",
    "state": "draft",
    "pressure": "none",
    "extension_state": "none",
    "extension": {},
    "title": "通报",
    "secrecy": "内部",
    "urgency": "平急",
    "severity": "high",
    "text": "",
    "advice": "",
    "cc": [],
    "terms": {},
    "data": {},
    "authors": [],
    "drafted_by": "editor",
    "drafted_at": NOON,
    "changed_at": NOON,
    "version": 1,
}


def test_drafts_have_no_number_and_no_two_papers_share_one(table: Table) -> None:
    with table.desk.engine.begin() as connection:
        connection.execute(insert(NOTICE), [{**PLAIN, "id": "no-1"}, {**PLAIN, "id": "no-2"}])
        connection.execute(insert(NOTICE).values({**PLAIN, "id": "no-3", "series": "hazard", "year": 2026, "seq": 1}))

    with pytest.raises(IntegrityError), table.desk.engine.begin() as connection:
        connection.execute(insert(NOTICE).values({**PLAIN, "id": "no-4", "series": "hazard", "year": 2026, "seq": 1}))


def test_a_series_has_one_row_a_year(table: Table) -> None:
    with pytest.raises(IntegrityError), table.desk.engine.begin() as connection:
        connection.execute(insert(NOTICE_NUMBER), [{"series": "hazard", "year": 2026, "last": 1}] * 2)
