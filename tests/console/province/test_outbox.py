"""Queueing what goes to the province."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from analytics.lifecycle import IllegalMove, Unknown
from console.exercise.state import start
from console.office.settings import ProvinceLink
from console.province.link import settle
from console.province.markings import names, rank
from console.province.outbox import MOVES, enqueue, give_up, message, move, put, send_again
from console.province.tables import OUTBOX
from tests.console.deskside import Table
from tests.factories import at


def test_a_message_waits_from_the_transaction_on_that_queued_it(table: Table) -> None:
    with table.desk.engine.begin() as connection:
        message_id = enqueue(connection, "event_report", {"a": 1}, at=at(0), ref="report RP-1")
        row = message(connection, message_id)

    assert row is not None
    assert (row.state, row.kind, row.body, row.marking, row.seq) == ("waiting", "event_report", {"a": 1}, "内部", None)


def test_a_kind_or_a_marking_that_does_not_exist_is_refused(table: Table) -> None:
    with table.desk.engine.begin() as connection:
        with pytest.raises(ValueError, match="no message kind 'gossip'"):
            enqueue(connection, "gossip", {}, at=at(0), ref="x")
        with pytest.raises(ValueError, match="'机密' is not known"):
            enqueue(connection, "event_report", {}, at=at(0), ref="x", marking="机密")


def test_what_forgets_to_name_its_exercise_does_not_pass_for_real(table: Table) -> None:
    with table.desk.engine.begin() as connection:
        settle(connection, ProvinceLink())
        exercise = start(connection, "秋季演练", "lead", at(0))
        forgot = message(connection, enqueue(connection, "event_report", {}, at=at(0), ref="x"))
        real = put(connection, "event_report", {}, at=at(0), ref="x", marking="内部", exercise_id=None)
        told = message(connection, real)

    assert forgot is not None
    assert told is not None
    assert (forgot.exercise_id, forgot.state) == (exercise, "held")
    assert forgot.reason == "it was made in an exercise, and sc-510000 is no simulator"
    assert told.state == "waiting"


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(names()), st.booleans(), st.sampled_from(names()), st.booleans())
def test_nothing_waits_that_may_not_leave(
    table: Table, marking: str, for_exercise: bool, highest: str, is_exercise: bool
) -> None:
    with table.desk.engine.connect() as connection, connection.begin() as undone:
        settle(connection, ProvinceLink(marking=highest, is_exercise=is_exercise))
        exercise = start(connection, "演练", "lead", at(0)) if for_exercise else None
        queued = put(connection, "event_report", {}, at=at(0), ref="x", marking=marking, exercise_id=exercise)
        row = message(connection, queued)
        undone.rollback()

    assert row is not None
    assert (row.state == "waiting") == (for_exercise == is_exercise and rank(marking) <= rank(highest))


def test_only_a_person_gives_a_message_up_and_may_change_their_mind(table: Table) -> None:
    with table.desk.engine.begin() as connection:
        message_id = enqueue(connection, "event_report", {}, at=at(0), ref="x")
        give_up(connection, message_id, "省厅电话告知不必再报", at(1))
        dead = message(connection, message_id)
        again = send_again(connection, message_id, at(2))

        assert dead is not None
        assert (dead.state, dead.reason, again) == ("dead", "省厅电话告知不必再报", "waiting")
        with pytest.raises(Unknown, match="no message nothing"):
            give_up(connection, "nothing", "x", at(3))


def test_what_is_held_stays_held_when_sent_again_over_the_same_link(table: Table) -> None:
    with table.desk.engine.begin() as connection:
        settle(connection, ProvinceLink(marking="公开"))
        message_id = enqueue(connection, "event_report", {}, at=at(0), ref="x")

        assert send_again(connection, message_id, at(1)) == "held"
        settle(connection, ProvinceLink(marking="内部"))
        assert send_again(connection, message_id, at(2)) == "waiting"


def test_what_was_accepted_is_not_sent_again(table: Table) -> None:
    with table.desk.engine.begin() as connection:
        message_id = enqueue(connection, "event_report", {}, at=at(0), ref="x")
        row = message(connection, message_id)
        assert row is not None
        assert move(connection, row, "accepted", at(1))
        with pytest.raises(IllegalMove):
            send_again(connection, message_id, at(2))
        assert connection.execute(select(OUTBOX.c.state)).scalar_one() == "accepted"


def test_a_move_outside_the_table_is_illegal_and_one_from_an_old_state_changes_nothing(table: Table) -> None:
    with table.desk.engine.begin() as connection:
        message_id = enqueue(connection, "event_report", {}, at=at(0), ref="x")
        row = message(connection, message_id)
        assert row is not None
        assert move(connection, row, "sent", at(1))
        assert not move(connection, row, "held", at(2))
        with pytest.raises(IllegalMove):
            move(connection, row, "stored", at(3))
        assert connection.execute(select(OUTBOX.c.state)).scalar_one() == "sent"


def test_every_state_is_in_the_table() -> None:
    assert {to for moves in MOVES.values() for to in moves} <= set(MOVES)
