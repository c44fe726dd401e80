from __future__ import annotations

import pytest
from sqlalchemy import Connection, select

from analytics.db import FINDING, FINDING_MOVE
from analytics.findings.checks import load_checks
from analytics.findings.finding import load_policy
from analytics.findings.move import move
from analytics.findings.upsert import upsert
from analytics.inventory.inventory import build
from analytics.lifecycle import IllegalMove, Stale, Unknown
from tests.analytics_values import records, sighting
from tests.factories import at
from tests.intake_bench import site


def stored(connection: Connection) -> str:
    seen = upsert(connection, [sighting()], build([site()]), load_checks(), load_policy(), at(0))
    return seen.findings[0].id


def test_a_person_moves_a_finding_and_its_history_says_so() -> None:
    with records() as connection:
        finding_id = stored(connection)

        after = move(connection, finding_id, "confirmed", "lead", "属实", at(10), 1)

        assert (after.state, after.version) == ("confirmed", 2)
        row = connection.execute(select(FINDING_MOVE)).one()
        assert (row.state_from, row.state_to, row.by, row.reason, row.at) == (
            "new",
            "confirmed",
            "lead",
            "属实",
            at(10),
        )


def test_a_risk_is_accepted_until_a_date_only() -> None:
    with records() as connection:
        finding_id = stored(connection)
        with pytest.raises(ValueError, match="date until"):
            move(connection, finding_id, "accepted", "lead", "系统下月下线", at(10), 1)

        move(connection, finding_id, "accepted", "lead", "系统下月下线", at(10), 1, accepted_until=at(86400))

        assert connection.execute(select(FINDING.c.state, FINDING.c.accepted_until)).all() == [("accepted", at(86400))]


def test_moves_on_old_knowledge_or_against_the_table_are_refused() -> None:
    with records() as connection:
        finding_id = stored(connection)
        with pytest.raises(IllegalMove):
            move(connection, finding_id, "closed!", "lead", "", at(10), 1)
        with pytest.raises(Stale):
            move(connection, finding_id, "confirmed", "lead", "", at(10), 7)
        with pytest.raises(Unknown):
            move(connection, "fi-none", "confirmed", "lead", "", at(10), 1)
