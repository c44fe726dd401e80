"""Daily reconciliation."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, select

from console.province.outbox import send_again
from console.province.reconciliation import ask, compare, day_of, due_day, tally
from console.province.tables import INBOX, RECONCILIATION
from tests.console.province.linkside import PROVINCE, US, Line, Side

MESSAGES = st.lists(
    st.tuples(st.uuids().map(str), st.just("d"), st.integers(1, 99)), max_size=8, unique_by=lambda m: m[0]
)


@given(MESSAGES, st.randoms())
def test_the_order_of_a_set_does_not_change_its_hash_and_a_missing_one_does(messages: list, random: object) -> None:  # type: ignore[type-arg]
    mixed = list(messages)
    random.shuffle(mixed)  # type: ignore[attr-defined]

    assert tally(mixed) == tally(messages)
    if messages:
        assert tally(messages[1:]).digest != tally(messages).digest


def rows(side: Side, direction: str) -> tuple[str, object]:
    with side.engine.begin() as connection:
        row = connection.execute(select(RECONCILIATION).where(RECONCILIATION.c.direction == direction)).one()
    return row.state, row.difference


def reconcile(ours: Side, theirs: Side) -> None:
    ours.clock.pass_by(seconds=1)
    with ours.engine.begin() as connection:
        ask(connection, PROVINCE, day_of(ours.clock()), ours.clock())
    for _ in range(2):
        ours.send(Line(theirs))
        theirs.handle()
        theirs.send(Line(ours))
        ours.handle()


def test_equal_days_are_equal_on_both_sides(sides: tuple[Side, Side]) -> None:
    ours, theirs = sides
    for _ in range(3):
        ours.queue("heartbeat", {})
    ours.send(Line(theirs))
    reconcile(ours, theirs)

    assert rows(ours, "out") == ("equal", None)
    assert rows(theirs, "in") == ("equal", None)


def test_a_message_that_was_lost_there_is_seen_on_both_sides_and_can_be_sent_again(sides: tuple[Side, Side]) -> None:
    ours, theirs = sides
    lost = [ours.queue("heartbeat", {}) for _ in range(3)][1]
    ours.send(Line(theirs))
    with theirs.engine.begin() as connection:
        connection.execute(delete(INBOX).where(INBOX.c.message_id == lost))
    reconcile(ours, theirs)

    difference = {"missing": [lost], "extra": [], "other": []}
    assert rows(ours, "out") == ("different", difference)
    assert rows(theirs, "in") == ("different", difference)

    with ours.engine.begin() as connection:
        assert send_again(connection, lost, ours.clock()) == "waiting"
    ours.send(Line(theirs))
    reconcile(ours, theirs)
    assert rows(ours, "out") == ("equal", None)


def test_yesterday_is_due_once_after_midnight_in_kangding(sides: tuple[Side, Side]) -> None:
    ours, _ = sides
    early, late = datetime(2026, 11, 23, 16, 5, tzinfo=UTC), datetime(2026, 11, 23, 16, 15, tzinfo=UTC)

    with ours.engine.begin() as connection:
        assert due_day(connection, PROVINCE, early) is None
        assert due_day(connection, PROVINCE, late) == "2026-11-23"
        ask(connection, PROVINCE, "2026-11-23", early)
        assert due_day(connection, PROVINCE, late) is None


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"day": "yesterday", "count": 0, "last_seq": 0, "digest": "d" * 64},
        {"day": "2026-11-23", "count": -1, "last_seq": 0, "digest": "d" * 64},
        {"day": "2026-11-23", "count": 1, "last_seq": 0, "digest": "d" * 64, "messages": [["a", "b", 1]]},
        {"day": "2026-11-23", "count": 1, "last_seq": 0, "digest": "d" * 64, "messages": [7]},
    ],
)
def test_a_reconciliation_that_makes_no_sense_is_refused(sides: tuple[Side, Side], body: dict[str, object]) -> None:
    ours, _ = sides

    with ours.engine.begin() as connection, pytest.raises(ValueError):  # noqa: PT011
        compare(connection, US, body, ours.clock())
