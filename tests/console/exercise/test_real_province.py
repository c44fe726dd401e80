"""Whatever is done in whatever order: nothing of an exercise reaches a real province, nothing real a simulator."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import select

from console.exercise.state import current, end, start
from console.province.outbox import ABOUT_THE_LINK
from console.province.sending import Sender, drain
from console.province.tables import OUTBOX
from console.province.transports import Carried, Parcel
from tests.console.province.linkside import Side, two_sides


@dataclass
class Tap:
    """Takes everything that is handed over, with what kind of link it was handed to."""

    is_exercise: bool = False
    taken: list[tuple[str, str, bool]] = field(default_factory=list)

    def carry(self, parcels: Sequence[Parcel]) -> Iterator[Carried]:
        for parcel in parcels:
            self.taken.append((parcel.message_id, parcel.kind, self.is_exercise))
            yield Carried(parcel.message_id, None)


@pytest.fixture
def side(tmp_path: Path) -> Iterator[Side]:
    ours, theirs = two_sides(tmp_path)
    # No answer comes back by itself, so nothing is sent twice.
    ours.set(transport="package")
    yield ours
    ours.engine.dispose()
    theirs.engine.dispose()


@pytest.mark.parametrize("seed", range(8))
def test_an_exercise_and_the_real_province_never_meet(side: Side, seed: int) -> None:
    chance, tap = random.Random(seed), Tap()
    exercises: list[int] = []
    for _ in range(40):
        act = chance.choice(("queue", "queue", "queue", "late", "switch", "begin or end", "send"))
        if act == "queue":
            side.queue(chance.choice(("event_report", "instruction_step", "intel_share", "heartbeat")), {})
        elif act == "late" and exercises:
            # What follows from a row of an exercise that may be over by now.
            side.queue("event_report", {}, exercise_id=chance.choice(exercises))
        elif act == "switch":
            tap.is_exercise = not tap.is_exercise
            side.set(is_exercise=tap.is_exercise)
        elif act == "begin or end":
            _toggle(side, exercises)
        elif act == "send":
            side.clock.pass_by(minutes=10)
            drain(side.engine, side.party, tap, Sender("one", side.clock, lambda: 1.0))
    drain(side.engine, side.party, tap, Sender("one", side.clock, lambda: 1.0))

    with side.engine.begin() as connection:
        made = {row.message_id: row.exercise_id for row in connection.execute(select(OUTBOX))}
    business = [(number, link) for number, kind, link in tap.taken if kind not in ABOUT_THE_LINK]
    assert [number for number, link in business if (made[number] is not None) != link] == []


def _toggle(side: Side, exercises: list[int]) -> None:
    with side.engine.begin() as connection:
        if current(connection):
            end(connection, "lead", side.clock())
        else:
            exercises.append(start(connection, "演练", "lead", side.clock()))


def test_the_tap_sees_both_kinds(side: Side) -> None:
    tap = Tap()
    side.queue("event_report", {})
    drain(side.engine, side.party, tap, Sender("one", side.clock, lambda: 1.0))
    _toggle(side, exercises := [])
    tap.is_exercise = True
    side.set(is_exercise=True)
    side.queue("event_report", {})
    drain(side.engine, side.party, tap, Sender("one", side.clock, lambda: 1.0))

    assert [(kind, link) for _, kind, link in tap.taken] == [("event_report", False), ("event_report", True)]
    assert exercises
