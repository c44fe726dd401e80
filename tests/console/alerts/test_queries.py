"""Pages of alerts."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.accounts.viewer import Viewer
from console.alerts.queries import Filter, alerts, count, groups
from tests.console.deskdata import alert
from tests.console.deskside import table_in
from tests.factories import at

WHO = Viewer("a", "lead", "组长", frozenset({"lead"}), None, None, "zh", "token")


def test_pages_visit_every_alert_once_however_times_repeat(tmp_path: Path) -> None:
    table = table_in(tmp_path)
    for number in range(57):
        alert(table.desk.engine, number, last_seen=at(number // 10))
    seen: list[str] = []
    before: tuple[datetime, str] | None = None
    with table.desk.reads.connect() as connection:
        while True:
            rows, before = alerts(connection, WHO, Filter(), before, 10)
            seen += [row.id for row in rows]
            if before is None:
                break

    assert len(seen) == len(set(seen)) == 57


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from(("kd-1", "ld-1", None))), max_size=12))
def test_groups_hold_every_alert_once(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str | None]]
) -> None:
    table = table_in(tmp_path_factory.mktemp("g"))
    for number, (rule, site) in enumerate(rows):
        alert(table.desk.engine, number, rule_id=rule, site_id=site, last_seen=at(number % 3))

    with table.desk.reads.connect() as connection:
        found = groups(connection, WHO, Filter())
        total = count(connection, WHO, Filter())

    assert sum(group.alerts for group in found) == total == len(rows)
    assert len(found) == len(set(rows))


def test_an_address_names_only_what_differs_from_the_plain_queue() -> None:
    assert Filter().address() == {}
    assert Filter(status="", text="暗链").address(level="high") == {"status": "", "level": "high", "q": "暗链"}
