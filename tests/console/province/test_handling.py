"""What becomes of what came in, and the business receipts both ways."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Row, func, select

from console.exercise.state import start
from console.province.handling import HANDS, Outcome, _outcome
from console.province.outbox import message
from console.province.tables import INBOX, INSTRUCTION, OUTBOX, RECEIPT
from tests.console.province.linkside import Line, Side, envelope
from tests.factories import at

ORDER = envelope().body


def accept(_connection: Connection, _row: Row[Any], _at: object) -> Outcome:
    return Outcome(receipt_no="SC-1")


def pass_on(ours: Side, theirs: Side) -> None:
    """Let both sides send and deal with everything."""
    for _ in range(3):
        ours.send(Line(theirs))
        theirs.handle({**HANDS, "event_report": accept})
        theirs.send(Line(ours))
        ours.handle()


def test_the_peer_says_what_became_of_a_message_and_signs_it(sides: tuple[Side, Side]) -> None:
    ours, theirs = sides
    message_id = ours.queue("event_report", {"a": 1})

    pass_on(ours, theirs)

    with ours.engine.begin() as connection:
        row = message(connection, message_id)
        got = connection.execute(select(RECEIPT).where(RECEIPT.c.kind == "business")).one()
    with theirs.engine.begin() as connection:
        kept = connection.execute(select(RECEIPT).where(RECEIPT.c.kind == "business")).one()
    assert row is not None
    assert (row.state, got.receipt_no, got.direction, kept.direction) == ("accepted", "SC-1", "got", "given")
    assert got.text == kept.text
    assert '"signature"' in got.text


def test_an_instruction_is_registered_once_and_its_number_goes_back(sides: tuple[Side, Side]) -> None:
    ours, theirs = sides
    first = theirs.queue("instruction", dict(ORDER))
    again = theirs.queue("instruction", dict(ORDER))
    bad = theirs.queue("instruction", {"number": "x"})

    pass_on(ours, theirs)

    with theirs.engine.begin() as connection:
        states = [(row.state, row.reason) for row in (message(connection, one) for one in (first, again, bad)) if row]
    assert [state for state, _ in states] == ["accepted", "returned", "returned"]
    assert "is here already" in str(states[1][1])
    assert "title must be a text" in str(states[2][1])
    with ours.engine.begin() as connection:
        assert connection.execute(select(func.count()).select_from(INSTRUCTION)).scalar_one() == 1


# Bodies that look like one of ours, with anything in any place.
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
NAMES = ["about", "result", "digest", "number", "title", "content", "kind", "urgency", "targets", "bundle", "objects"]
BODIES = st.dictionaries(st.sampled_from([*NAMES, "due_sign", "day", "from", "to", "messages", "stored"]), ANYTHING)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(sorted(HANDS)), BODIES)
def test_whatever_a_body_holds_it_is_dealt_with(sides: tuple[Side, Side], kind: str, body: dict[str, Any]) -> None:
    ours, _ = sides
    row: Any = SimpleNamespace(
        kind=kind,
        body={**ORDER, **body},
        exercise=False,
        exercise_id=None,
        marking="内部",
        message_id="m-1",
        peer="sc-510000",
        wire="{}",
        issued_at=at(0),
        received_at=at(0),
    )
    with ours.engine.connect() as connection:
        outcome = _outcome(connection, row, HANDS, at(0))
        connection.rollback()

    assert outcome.result in {"accepted", "returned"}


def test_a_body_that_was_not_foreseen_is_returned_and_not_tried_for_ever(sides: tuple[Side, Side]) -> None:
    ours, theirs = sides

    def stumble(_connection: Connection, _row: Row[Any], _at: object) -> Outcome:
        raise TypeError("unhashable")

    message_id = ours.queue("event_report", {"a": 1})
    ours.send(Line(theirs))
    theirs.handle({**HANDS, "event_report": stumble})

    with theirs.engine.begin() as connection:
        row = connection.execute(select(INBOX).where(INBOX.c.message_id == message_id)).one()
    assert (row.state, "cannot be understood" in row.reason) == ("returned", True)


def test_a_kind_that_is_not_understood_is_returned(sides: tuple[Side, Side]) -> None:
    ours, theirs = sides
    message_id = theirs.queue("event_report", {})

    pass_on(ours, theirs)

    with theirs.engine.begin() as connection:
        row = message(connection, message_id)
    assert row is not None
    assert (row.state, row.reason) == ("returned", "messages of the kind 'event_report' are not understood here")


def test_a_message_of_an_exercise_is_dealt_with_while_one_runs_here(sides: tuple[Side, Side]) -> None:
    ours, theirs = sides
    for side in sides:
        side.set(is_exercise=True)
    with theirs.engine.begin() as connection:
        exercise = start(connection, "演练", "sc", theirs.clock())
    early = theirs.queue("instruction", dict(ORDER), exercise_id=exercise)
    pass_on(ours, theirs)
    with ours.engine.begin() as connection:
        start(connection, "演练", "lead", ours.clock())
    late = theirs.queue("instruction", dict(ORDER), exercise_id=exercise)
    pass_on(ours, theirs)

    with theirs.engine.begin() as connection:
        rows = [message(connection, one) for one in (early, late)]
    assert [row.state for row in rows if row] == ["returned", "accepted"]
    with ours.engine.begin() as connection:
        assert connection.execute(select(INSTRUCTION.c.exercise_id)).scalar_one() == 1


def test_what_a_fault_of_ours_stops_stays_and_stops_nothing_else(sides: tuple[Side, Side], caplog: Any) -> None:
    ours, theirs = sides
    theirs.queue("heartbeat", {})
    theirs.queue("instruction", dict(ORDER))
    theirs.send(Line(ours))

    def broken(_connection: Connection, _row: Row[Any], _at: object) -> Outcome:
        raise RuntimeError("a fault")

    assert ours.handle({**HANDS, "heartbeat": broken}) == 1
    assert "could not be dealt with" in caplog.text
    assert ours.handle() == 1


def test_a_hand_that_says_later_is_asked_again(sides: tuple[Side, Side]) -> None:
    ours, theirs = sides
    theirs.queue("instruction", dict(ORDER))
    theirs.send(Line(ours))

    assert ours.handle({"instruction": lambda *_: Outcome(later=True)}) == 0
    assert ours.handle() == 1


def test_a_receipt_about_what_we_never_sent_changes_nothing(sides: tuple[Side, Side]) -> None:
    ours, theirs = sides
    theirs.queue("receipt", {"about": "nothing", "digest": "d", "result": "accepted"})
    theirs.queue("receipt", {"about": 7, "result": "maybe"})

    pass_on(ours, theirs)

    with ours.engine.begin() as connection:
        assert connection.execute(select(INBOX.c.state)).scalars().all() == ["returned", "returned"]
        assert connection.execute(select(func.count()).select_from(OUTBOX)).scalar_one() == 0


def test_a_business_receipt_that_overtakes_the_other_settles_the_message_with_both(sides: tuple[Side, Side]) -> None:
    ours, theirs = sides
    message_id = ours.queue("event_report", {})
    ours.send(Line(theirs, mute=True))
    theirs.handle({"event_report": accept})
    theirs.send(Line(ours))
    ours.handle()

    with ours.engine.begin() as connection:
        row = message(connection, message_id)
        got = connection.execute(select(RECEIPT.c.kind, RECEIPT.c.result).order_by(RECEIPT.c.kind)).all()
    assert row is not None
    assert row.state == "accepted"
    assert ("transport", "stored") in [tuple(one) for one in got]
