"""Pages of findings."""

from __future__ import annotations

from pathlib import Path

from console.accounts.viewer import Viewer
from console.findings.queries import PAGE, Filter, findings
from tests.console.deskdata import finding
from tests.console.deskside import table_in

WHO = Viewer("a", "lead", "组长", frozenset({"lead"}), None, None, "zh", "token")


def test_pages_visit_every_finding_once(tmp_path: Path) -> None:
    table = table_in(tmp_path)
    for number in range(PAGE + 3):
        finding(table.desk.engine, number)

    with table.desk.reads.connect() as connection:
        first, more = findings(connection, WHO, Filter())
        rest, none = findings(connection, WHO, Filter(skip=PAGE))

    assert (len(first), more, len(rest), none) == (PAGE, True, 3, False)
    assert len({row.id for row in (*first, *rest)}) == PAGE + 3


def test_an_address_names_only_what_differs_from_the_plain_list() -> None:
    assert Filter().address() == {}
    assert Filter(state="", text="暗链").address(severity="high") == {"state": "", "severity": "high", "q": "暗链"}
