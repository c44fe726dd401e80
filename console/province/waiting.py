"""How much of the link waits for people: the number of the rail."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, func, select

from console.accounts.viewer import Viewer
from console.province.tables import INSTRUCTION, REPORT
from console.web.scope import condition

# A report that still needs somebody here.
OPEN_REPORTS: Final = ("draft", "returned")


def waiting(connection: Connection, who: Viewer) -> int:
    """How many reports and instructions in the viewer's scope need somebody here."""
    counted = 0
    for table, is_open in ((REPORT, REPORT.c.state.in_(OPEN_REPORTS)), (INSTRUCTION, INSTRUCTION.c.state != "done")):
        statement = select(func.count()).select_from(table).where(is_open, condition(table, who))
        counted += int(connection.execute(statement).scalar_one())
    return counted
