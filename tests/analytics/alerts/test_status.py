from __future__ import annotations

import pytest
from sqlalchemy import Connection, select

from analytics.alerts.status import MOVES, allowed, move
from analytics.alerts.upsert import upsert
from analytics.db import ALERT
from analytics.inventory.inventory import build
from analytics.lifecycle import IllegalMove, Stale, Unknown
from tests.analytics_values import claim, records
from tests.factories import at


def stored(connection: Connection) -> str:
    return upsert(connection, [claim()], build([]), at(0)).alerts[0].id


def test_a_verdict_is_kept_with_its_reason_and_can_be_taken_back() -> None:
    with records() as connection:
        alert_id = stored(connection)

        move(connection, alert_id, "false", by="duty", at=at(10), reason="扫描演练", version=1)
        row = connection.execute(select(ALERT)).one()
        assert (row.status, row.verdict_by, row.verdict_reason, row.version) == ("false", "duty", "扫描演练", 2)

        undone = move(connection, alert_id, "new", by="duty", at=at(11), version=2)
        row = connection.execute(select(ALERT)).one()
        assert (undone.status, row.status, row.verdict_by, row.verdict_at) == ("new", "new", None, None)


def test_a_move_the_table_does_not_know_is_refused() -> None:
    with records() as connection:
        alert_id = stored(connection)
        with pytest.raises(IllegalMove, match="cannot become 'new'"):
            move(connection, alert_id, "new", by="duty", at=at(10), version=1)
        with pytest.raises(IllegalMove):
            move(connection, alert_id, "merged", by="duty", at=at(10), version=1)


def test_a_decision_on_what_has_changed_meanwhile_is_stale() -> None:
    with records() as connection:
        alert_id = stored(connection)
        move(connection, alert_id, "true", by="one", at=at(10), version=1)
        with pytest.raises(Stale):
            move(connection, alert_id, "false", by="other", at=at(11), version=1)
        with pytest.raises(Unknown):
            move(connection, "al-none", "false", by="other", at=at(11), version=1)


def test_every_status_that_a_move_leads_to_has_moves_of_its_own() -> None:
    assert {to for targets in MOVES.values() for to in targets} == set(MOVES)
    assert allowed("unheard of") == frozenset()
