"""Saying what changed."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from analytics.db import CHANGE
from console.accounts.permissions import PERMISSIONS
from console.web.changes import TOPICS, announce
from tests.console.deskside import Table
from tests.factories import NOON


def test_a_change_is_a_row_of_the_callers_transaction(table: Table) -> None:
    with table.desk.engine.connect() as connection:
        with connection.begin() as transaction:
            announce(connection, "alert", "al-1", NOON, "kd-1")
            transaction.rollback()
        with connection.begin():
            announce(connection, "alert", "al-2", NOON, "kd-1")

    with table.desk.reads.begin() as connection:
        assert [row.ref for row in connection.execute(select(CHANGE))] == ["al-2"]


def test_a_topic_that_nobody_listens_to_is_a_mistake(table: Table) -> None:
    with table.desk.engine.begin() as connection, pytest.raises(ValueError, match="unknown topic 'alerts'"):
        announce(connection, "alerts", "al-1", NOON)


def test_every_topic_has_a_permission() -> None:
    assert set(TOPICS.values()) <= set(PERMISSIONS)
