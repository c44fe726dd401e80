"""What is seen of a response."""

from __future__ import annotations

import json

from console.response.level_queries import document, response_of
from console.response.levels import decide
from tests.console.deskdata import incident
from tests.console.deskside import Table, two_counties
from tests.console.response.test_levels import LEAD, START


def test_the_document_holds_level_calls_clocks_and_changes(table: Table) -> None:
    two_counties(table)
    number = incident(table.desk.engine, 1, level_confirmed=3)
    decide(table.desk, LEAD, number, START)
    data = table.desk.data
    with table.desk.reads.begin() as connection:
        written = document(response_of(connection, LEAD, data.root, data.keys, number))

    assert json.loads(json.dumps(written)) == written
    assert written["mechanism"]["label"] == "1+2+12"
    assert written["callouts"][0]["slot"] == "command/cac"
    assert [clock["id"] for clock in written["clocks"]] == ["L-CONSULT"]
    assert json.loads(written["history"][0]["statement"])["reason"] == "网页被篡改"
