"""What people do to runs, by the use cases alone."""

from __future__ import annotations

import pytest

from analytics.lifecycle import IllegalMove, Unknown
from console.accounts.guard import ForbiddenError
from console.accounts.viewer import Viewer
from console.response import run_use_cases
from console.response.run_use_cases import Answer
from tests.console.deskside import Table
from tests.console.playbooks import book, end, manual, own
from tests.console.response.runside import run_of, start, steps_of

TWO = book(
    {
        "a": manual("e", commands=[{"type": "manual", "command": "one"}, {"type": "manual", "command": "two"}]),
        "e": end(),
    }
)
APPROVAL = {"approval": {"role": "lead", "quorum": 1, "deadline": "PT1H", "on_deadline": "approve"}}


def person(role: str, login: str | None = None) -> Viewer:
    return Viewer(f"ac-{login or role}", login or role, role, frozenset({role}), None, None, "zh", "token")


def test_a_step_of_two_commands_is_finished_twice(table: Table) -> None:
    run_id = start(table, TWO)
    step = steps_of(table, run_id)["a"].id

    run_use_cases.finish(table.desk, person("analyst"), run_id, step, Answer(True))
    assert steps_of(table, run_id)["a"].command == 1
    run_use_cases.finish(table.desk, person("analyst"), run_id, step, Answer(True))

    assert run_of(table, run_id).state == "succeeded"


def test_what_is_an_approval_is_not_finished_and_the_other_way_round(table: Table) -> None:
    plain = start(table, TWO)
    asked = start(table, book({"a": manual("e", APPROVAL), "e": end()}, number=2))

    with pytest.raises(IllegalMove, match="decide it"):
        run_use_cases.finish(table.desk, person("lead"), asked, steps_of(table, asked)["a"].id, Answer(True))
    with pytest.raises(IllegalMove, match="finish it"):
        run_use_cases.decide(table.desk, person("lead"), plain, steps_of(table, plain)["a"].id, True, "好的")


def test_a_step_of_another_run_or_another_role_is_out_of_reach(table: Table) -> None:
    one, other = start(table, TWO), start(table, book({"a": manual("e", {"role": "lead"}), "e": end()}, number=2))

    with pytest.raises(Unknown):
        run_use_cases.finish(table.desk, person("analyst"), one, steps_of(table, other)["a"].id, Answer(True))
    for act in (run_use_cases.take, lambda *args: run_use_cases.finish(*args, Answer(True))):
        with pytest.raises(ForbiddenError):
            act(table.desk, person("analyst"), other, steps_of(table, other)["a"].id)


def test_a_step_that_the_clerk_does_is_not_done_by_hand(table: Table) -> None:
    run_id = start(table, book({"n": own("notify", "e", command={"to": "support", "subject": "x"}), "e": end()}))

    with pytest.raises(IllegalMove, match="ready"):
        run_use_cases.finish(table.desk, person("lead"), run_id, steps_of(table, run_id)["n"].id, Answer(True))


def test_a_decision_needs_its_reason(table: Table) -> None:
    run_id = start(table, book({"a": manual("e", APPROVAL), "e": end()}))

    with pytest.raises(ValueError, match="say why"):
        run_use_cases.decide(table.desk, person("lead"), run_id, steps_of(table, run_id)["a"].id, True, " ")
