"""Taking an inventory sheet in at the desk."""

from __future__ import annotations

from analytics.inventory.importing import ImportReport, import_csv
from analytics.inventory.scope import write_scope
from console.accounts.viewer import Viewer
from console.audit.chain import record
from console.web.changes import announce
from console.web.desk import Desk


def take_sheet(here: Desk, who: Viewer, content: bytes, name: str) -> ImportReport:
    """Import every row of a sheet and write the scope, or nothing when a row is bad."""
    at = here.clock()
    with here.engine.begin() as connection:
        report = import_csv(connection, content, at)
        if not report.errors:
            write_scope(connection, here.data, at)
            announce(connection, "site", "inventory", at)
        detail = {"file": name[:120], "rows": report.rows, "added": report.added, "errors": len(report.errors)}
        record(connection, at=at, actor=who.login, action="inventory.import", object="inventory", detail=detail)
    return report
