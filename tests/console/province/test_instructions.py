"""Instructions of the province."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from analytics.db import INCIDENT_ENTRY
from analytics.lifecycle import IllegalMove, Unfit, Unknown
from console.notify.tables import DELIVERY
from console.province.instructions import MOVES, WORDS, Step, instruction, move, register
from console.province.tables import INSTRUCTION_STEP, OUTBOX
from tests.console.deskdata import incident
from tests.console.deskside import Table, two_counties
from tests.console.province.linkside import PROVINCE, envelope
from tests.factories import at


def incoming(number: int = 1, **body: Any) -> Any:
    return SimpleNamespace(
        message_id=f"m-{number}",
        peer=PROVINCE,
        body={**envelope(number).body, **body},
        received_at=at(0),
        marking="内部",
        exercise_id=None,
    )


def test_the_clocks_run_from_receipt_unless_the_province_names_moments(table: Table) -> None:
    with table.desk.engine.begin() as connection:
        plain = instruction(connection, register(connection, incoming(1, urgency="urgent"), at(5)))
        named = instruction(connection, register(connection, incoming(2, due_sign=at(60).isoformat()), at(5)))
        told = connection.execute(select(DELIVERY.c.urgent).order_by(DELIVERY.c.id)).scalars().all()

    assert (plain.id, plain.state) == ("IN-2026-0001", "received")
    assert (plain.due_sign - at(0), plain.due_feedback - at(0)) == (timedelta(hours=1), timedelta(hours=24))
    assert named.due_sign == at(60)
    assert told == [True, False]


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"kind": "gossip"}, "kind 'gossip' is not known"),
        ({"urgency": "now"}, "urgency 'now' is not known"),
        ({"title": ""}, "title must be a text"),
        ({"targets": "all"}, "targets must be a list"),
        ({"due_sign": "soon"}, "due_sign must be a moment"),
        ({"due_sign": "0001-01-01T00:00:00+08:00"}, "due_sign must be a moment"),
        ({"due_feedback": "9999-12-31T23:59:59-12:00"}, "due_feedback must be a moment"),
        ({"urgency": ["urgent"]}, "is not known"),
        ({"kind": {"a": 1}}, "is not known"),
    ],
)
def test_a_body_that_is_no_instruction_is_refused_in_one_sentence(
    table: Table, body: dict[str, Any], says: str
) -> None:
    with table.desk.engine.begin() as connection, pytest.raises(ValueError, match=says):
        register(connection, incoming(1, **body), at(0))


def test_each_step_is_kept_goes_up_and_stands_in_the_incident(table: Table) -> None:
    two_counties(table)
    incident(table.desk.engine, 1)
    with table.desk.engine.begin() as connection:
        one = register(connection, incoming(), at(0))
        move(connection, one, Step("signed", incident_id="2026-0001"), "wang", at(10))
        move(connection, one, Step("assigned", unit_id="U-1"), "wang", at(20))
        move(connection, one, Step("answered", "已核查，三个网站均已整改"), "li", at(30))
        move(connection, one, Step("done", "同意办结"), "li", at(40))

        row = instruction(connection, one)
        steps = connection.execute(select(INSTRUCTION_STEP).order_by(INSTRUCTION_STEP.c.id)).all()
        sent = connection.execute(select(OUTBOX).order_by(OUTBOX.c.id)).all()
        told = connection.execute(select(INCIDENT_ENTRY.c.text)).scalars().all()

    assert (row.state, row.unit_id, row.county, row.incident_id) == ("done", "U-1", "513301", "2026-0001")
    assert [step.message_id for step in steps] == [message.message_id for message in sent]
    assert [message.body["to"] for message in sent] == ["signed", "assigned", "answered", "done"]
    assert {message.kind for message in sent} == {"instruction_step"}
    assert len(told) == 4


def test_a_step_that_says_too_little_or_names_nothing_is_refused(table: Table) -> None:
    with table.desk.engine.begin() as connection:
        one = register(connection, incoming(), at(0))
        with pytest.raises(IllegalMove):
            move(connection, one, Step("done", "办结"), "wang", at(1))
        move(connection, one, Step("signed"), "wang", at(1))
        with pytest.raises(ValueError, match="name the unit"):
            move(connection, one, Step("assigned"), "wang", at(2))
        with pytest.raises(ValueError, match="in a few words"):
            move(connection, one, Step("answered"), "wang", at(2))
        with pytest.raises(Unfit, match="unit U-9"):
            move(connection, one, Step("assigned", unit_id="U-9"), "wang", at(2))
        with pytest.raises(Unfit, match="incident 2026-0009"):
            move(connection, one, Step("answered", "已办", incident_id="2026-0009"), "wang", at(2))
        with pytest.raises(Unknown):
            move(connection, "IN-0", Step("signed"), "wang", at(2))
        assert len(connection.execute(select(INSTRUCTION_STEP)).all()) == 1


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(sorted(MOVES)), max_size=8))
def test_any_walk_stays_in_the_table_and_each_step_goes_up_once(table: Table, walk: list[str]) -> None:
    with table.desk.engine.connect() as connection, connection.begin() as undone:
        two_counties_here = connection.execute(select(OUTBOX.c.id)).all()
        one = register(connection, incoming(), at(0))
        state, made = "received", 0
        for to in walk:
            step = Step(to, "说明文字")
            if to in MOVES[state] and to != "assigned":
                move(connection, one, step, "wang", at(1))
                state, made = to, made + 1
            elif to != "assigned":
                with pytest.raises(IllegalMove):
                    move(connection, one, step, "wang", at(1))
            assert instruction(connection, one).state == state
        assert len(connection.execute(select(OUTBOX.c.id)).all()) == len(two_counties_here) + made
        undone.rollback()


def test_every_state_has_its_words_and_done_is_the_end() -> None:
    assert set(WORDS) == set(MOVES)
    assert MOVES["done"] == frozenset()
