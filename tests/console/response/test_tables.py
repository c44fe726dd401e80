"""The tables of playbooks and their runs."""

from __future__ import annotations

from sqlalchemy import Table, UniqueConstraint

from console.response.tables import APPROVAL, STEP_RUN


def unique_sets(table: Table) -> list[set[str]]:
    kept = (one for one in table.constraints if isinstance(one, UniqueConstraint))
    return [{column.name for column in one.columns} for one in kept]


def test_a_person_has_one_voice_in_an_approval_whatever_their_roles() -> None:
    assert {"step_run_id", "account_id"} in unique_sets(APPROVAL)


def test_a_step_execution_is_unique_by_run_step_and_visit() -> None:
    assert {"run_id", "step", "visit"} in unique_sets(STEP_RUN)
