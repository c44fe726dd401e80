"""What people do to findings: one function, one transaction, one entry in the audit chain."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from analytics.findings.move import move as move_finding
from analytics.lifecycle import Unfit, Unknown
from console.accounts.viewer import Viewer
from console.audit.chain import record
from console.findings.queries import one
from console.web.desk import Desk

# What a person at the desk may do; the other moves belong to notices and re-tests.
BY_HAND: Final = ("confirmed", "false_positive", "accepted", "reopened")


def move(
    here: Desk, who: Viewer, finding_id: str, to: str, reason: str, version: int, until: datetime | None = None
) -> None:
    """Give a finding another state. Unknown, Stale, IllegalMove; ValueError without a reason or an end."""
    if len(reason.strip()) < 2:
        raise Unfit("请写明理由，至少两个字", "say why in at least two characters")
    if to not in BY_HAND:
        raise ValueError(f"{to!r} is not given by hand; {', '.join(BY_HAND)} are")
    at = here.clock()
    if to == "accepted" and (until is None or until <= at):
        raise Unfit("接受风险须填写到期日，且应当晚于今天", "an accepted risk needs a day on which it ends")
    with here.engine.begin() as connection:
        if one(connection, who, finding_id) is None:
            raise Unknown(f"finding {finding_id}")
        move_finding(connection, finding_id, to, who.login, reason.strip(), at, version, accepted_until=until)
        detail = {"to": to, "reason": reason.strip(), "until": until.isoformat() if until else None}
        name = f"finding {finding_id}"
        record(connection, at=at, actor=who.login, action="finding.move", object=name, detail=detail)
