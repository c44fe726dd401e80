"""Sending: order, loss, doubles, pauses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from console.exercise.state import start
from console.province.link import active_link
from console.province.outbox import message, put
from console.province.sending import FIRST_PAUSE, LONGEST_PAUSE, has_work, pause
from console.province.tables import INBOX, OUTBOX, RECEIPT
from tests.console.province.linkside import Line, Side


def receipts_of(side: Side) -> list[tuple[str, str, str]]:
    with side.engine.begin() as connection:
        rows = connection.execute(select(RECEIPT.c.direction, RECEIPT.c.kind, RECEIPT.c.result).order_by(RECEIPT.c.id))
        return [tuple(row) for row in rows]  # type: ignore[misc]


def test_a_message_is_stored_there_and_the_receipt_is_kept_on_both_sides(sides: tuple[Side, Side]) -> None:
    ours, theirs = sides
    ours.queue("heartbeat", {})

    assert ours.send(Line(theirs)) == 1
    assert (ours.states(), theirs.arrived()) == (["stored"], [1])
    assert receipts_of(ours) == [("got", "transport", "stored")]
    assert receipts_of(theirs) == [("given", "transport", "stored")]


def test_a_link_that_was_cut_for_days_loses_doubles_and_reorders_nothing(sides: tuple[Side, Side]) -> None:
    ours, theirs = sides
    line = Line(theirs, down=True)
    for number in range(300):
        ours.queue("heartbeat", {"number": number})
        if number % 60 == 0:
            ours.send(line)
    ours.clock.pass_by(hours=72)
    line.down, line.mute = False, True
    ours.send(line)
    line.mute, line.times = False, 2
    ours.clock.pass_by(minutes=10)
    while ours.send(line):
        pass

    assert set(ours.states()) == {"stored"}
    assert theirs.arrived() == list(range(1, 301))
    with theirs.engine.begin() as connection:
        said = connection.execute(select(INBOX.c.body).order_by(INBOX.c.seq)).scalars().all()
    assert [body["number"] for body in said] == list(range(300))


def test_a_lost_receipt_is_asked_for_by_sending_the_same_bytes_again(sides: tuple[Side, Side]) -> None:
    ours, theirs = sides
    ours.queue("heartbeat", {})
    assert ours.send(Line(theirs, mute=True)) == 0
    with theirs.engine.begin() as connection:
        first = connection.execute(select(RECEIPT.c.text)).scalar_one()

    ours.clock.pass_by(minutes=10)
    assert ours.send(Line(theirs)) == 1
    with ours.engine.begin() as connection:
        assert connection.execute(select(RECEIPT.c.text)).scalar_one() == first
    assert theirs.arrived() == [1]


def test_a_storm_of_duplicates_is_one_message(sides: tuple[Side, Side]) -> None:
    ours, theirs = sides
    for _ in range(5):
        ours.queue("heartbeat", {})

    assert ours.send(Line(theirs, times=10)) == 5
    assert theirs.arrived() == [1, 2, 3, 4, 5]


def test_a_message_that_is_spoilt_on_the_way_is_sent_again_unchanged(sides: tuple[Side, Side]) -> None:
    ours, theirs = sides
    ours.queue("heartbeat", {"text": "value"})
    assert ours.send(Line(theirs, spoil=lambda wire: wire.replace(b"value", b"vague"))) == 0
    with ours.engine.begin() as connection:
        link = active_link(connection)
        assert link is not None
        assert "the signature does not fit the message" in (link.error or "")
    ours.clock.pass_by(minutes=10)

    assert ours.send(Line(theirs)) == 1


def test_pauses_grow_to_minutes_and_no_further() -> None:
    grown = [pause(failures, lambda: 1.0) for failures in range(1, 40)]

    assert grown[:4] == [FIRST_PAUSE, 2.0, 4.0, 8.0]
    assert grown == sorted(grown)
    assert grown[-1] == LONGEST_PAUSE


@given(st.integers(1, 10_000), st.floats(0, 1))
def test_a_pause_is_never_longer_than_allowed_nor_none(failures: int, drawn: float) -> None:
    assert 0.5 * FIRST_PAUSE <= pause(failures, lambda: drawn) <= LONGEST_PAUSE


def test_while_it_pauses_nothing_is_due_and_nobody_knocks(sides: tuple[Side, Side]) -> None:
    ours, theirs = sides
    ours.queue("heartbeat", {})
    ours.send(Line(theirs, down=True))
    with ours.engine.begin() as connection:
        assert not has_work(connection, ours.party.settings, ours.clock())
    assert ours.send(Line(theirs)) == 0

    ours.clock.pass_by(seconds=2)
    with ours.engine.begin() as connection:
        assert has_work(connection, ours.party.settings, ours.clock())
    assert ours.send(Line(theirs)) == 1


def test_a_sender_that_died_is_followed_by_another_after_its_lease(sides: tuple[Side, Side]) -> None:
    ours, theirs = sides
    ours.queue("heartbeat", {})

    class Killed(BaseException):
        """What a SIGKILL looks like from inside: nothing after it runs."""

    class Deadly(Line):
        def carry(self, parcels):  # type: ignore[no-untyped-def]
            next(iter(super().carry(parcels)))
            raise Killed

    with pytest.raises(Killed):
        ours.send(Deadly(theirs), "first")
    assert ours.send(Line(theirs), "second") == 0
    ours.queue("heartbeat", {})
    with pytest.raises(Killed):
        ours.send(Deadly(theirs), "first")
    # Its process is known to be gone: no need to wait.
    assert ours.send(Line(theirs), "second", dead="first") == 2
    ours.queue("heartbeat", {})
    with pytest.raises(Killed):
        ours.send(Deadly(theirs), "first")
    ours.clock.pass_by(seconds=11)

    assert ours.send(Line(theirs), "second") == 1
    assert theirs.arrived() == [1, 2, 3]


def test_what_became_too_grave_for_the_link_is_held_when_it_is_its_turn(sides: tuple[Side, Side]) -> None:
    ours, theirs = sides
    grave = ours.queue("event_report", {}, marking="敏感")
    plain = ours.queue("event_report", {}, marking="内部")
    ours.set(marking="内部")

    assert ours.send(Line(theirs)) == 1
    with ours.engine.begin() as connection:
        held, sent = message(connection, grave), message(connection, plain)
    assert held is not None
    assert sent is not None
    assert (held.state, held.seq, sent.state, sent.seq) == ("held", None, "stored", 1)


def test_an_exercise_reaches_a_simulator_only_and_the_real_a_real_link_only(sides: tuple[Side, Side]) -> None:
    ours, theirs = sides
    with ours.engine.begin() as connection:
        exercise = start(connection, "演练", "lead", ours.clock())
        put(connection, "event_report", {}, at=ours.clock(), ref="x", marking="内部", exercise_id=None)
        put(connection, "event_report", {}, at=ours.clock(), ref="x", marking="内部", exercise_id=exercise)
        # Whoever changes the records by hand meets the law again at the door.
        connection.execute(update(OUTBOX).values(state="waiting", reason=None))
    ours.set(is_exercise=True)
    theirs.set(is_exercise=True)

    assert ours.send(Line(theirs)) == 1
    assert ours.states() == ["held", "stored"]
    with theirs.engine.begin() as connection:
        assert connection.execute(select(INBOX.c.exercise)).scalars().all() == [True]


def test_a_peer_that_is_set_up_otherwise_refuses_and_says_why(sides: tuple[Side, Side]) -> None:
    ours, theirs = sides
    theirs.set(is_exercise=True)
    message_id = ours.queue("event_report", {})

    ours.send(Line(theirs))
    with ours.engine.begin() as connection:
        row = message(connection, message_id)
        assert connection.execute(select(func.count()).select_from(INBOX)).scalar_one() == 0
    assert row is not None
    assert (row.state, row.reason) == ("returned", "the message is real, and this is a link for exercises")
