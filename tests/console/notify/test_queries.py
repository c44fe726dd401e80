"""What is seen of messages."""

from __future__ import annotations

import json

from console.notify.queries import PAGE, Filter, attempts, document, messages, one
from console.notify.tell import Message, Recipient, tell
from tests.console.deskside import Table
from tests.console.response.test_levels import LEAD


def test_pages_follow_each_other_without_a_gap(table: Table) -> None:
    with table.desk.engine.begin() as connection:
        for number in range(PAGE + 3):
            tell(connection, Message(f"m{number}", "clock", Recipient("扎西"), "x", "y", "z"), table.clock())
    with table.desk.reads.begin() as connection:
        first, after = messages(connection, LEAD, Filter())
        second, last = messages(connection, LEAD, Filter(before=after or 0))
        row = one(connection, LEAD, first[0].id)
        assert row is not None
        written = document(row, attempts(connection, [row.id])[row.id])

    assert [row.key for row in (*first, *second)] == [f"m{number}" for number in reversed(range(PAGE + 3))]
    assert last is None
    assert json.loads(json.dumps(written)) == written
