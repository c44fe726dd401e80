"""The table of exercises."""

from __future__ import annotations

from console.exercise.tables import EXERCISE


def test_an_exercise_says_who_began_it_and_when() -> None:
    assert not EXERCISE.c.started_at.nullable
    assert not EXERCISE.c.started_by.nullable
    assert EXERCISE.c.ended_at.nullable
