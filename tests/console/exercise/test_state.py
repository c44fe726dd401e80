"""Which exercise runs."""

from __future__ import annotations

import pytest

from console.exercise.state import current, current_id, end, start
from tests.console.deskside import Table


def test_an_exercise_runs_from_its_start_to_its_end(table: Table) -> None:
    with table.desk.engine.begin() as connection:
        assert current_id(connection) is None
        number = start(connection, "春季演练", "lead", table.clock())
        running = current(connection)
        assert running is not None
        assert (running.id, running.name, current_id(connection)) == (number, "春季演练", number)
        assert end(connection, "lead", table.clock()).id == number
        assert current(connection) is None


def test_only_one_runs_at_a_time_and_it_has_a_name(table: Table) -> None:
    with table.desk.engine.begin() as connection:
        with pytest.raises(ValueError, match="no exercise runs"):
            end(connection, "lead", table.clock())
        with pytest.raises(ValueError, match="needs a name"):
            start(connection, " ", "lead", table.clock())
        start(connection, "春季演练", "lead", table.clock())
        with pytest.raises(ValueError, match="still runs"):
            start(connection, "又一次", "lead", table.clock())
