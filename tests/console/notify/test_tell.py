"""Queueing messages."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select

from console.exercise.state import start
from console.notify.tables import DELIVERY
from console.notify.tell import Message, Recipient, tell
from tests.console.deskside import Table

CALL = Message("call-1", "callout", Recipient("扎西", {"phone": "13000000000"}), "到岗", "请到岗", "incident 2026-0001")


def test_the_same_message_is_queued_once(table: Table) -> None:
    with table.desk.engine.begin() as connection:
        first = tell(connection, CALL, table.clock())
        assert tell(connection, replace(CALL, text="又一遍"), table.clock()) == first
        rows = connection.execute(select(DELIVERY)).all()

    assert [(row.text, row.state, row.attempts, row.exercise_id) for row in rows] == [("请到岗", "waiting", 0, None)]


def test_what_is_told_in_an_exercise_carries_its_number(table: Table) -> None:
    with table.desk.engine.begin() as connection:
        number = start(connection, "演练", "lead", table.clock())
        tell(connection, CALL, table.clock())
        assert connection.execute(select(DELIVERY.c.exercise_id)).scalar_one() == number
