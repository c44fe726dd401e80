"""What was made during exercises: every table that names its exercise is counted, or says why not."""

from __future__ import annotations

from console.exercise.queries import MADE
from console.tables import METADATA

# Parts of what is counted already: a message received stands as its instruction, a re-test as its notice.
PARTS = {"retest", "inbox", "report_release", "block_request", "intel_share", "reconciliation"}


def test_every_table_that_names_its_exercise_is_counted() -> None:
    named = {table.name for table in METADATA.tables.values() if "exercise_id" in table.c}

    assert named - {table.name for _, _, table in MADE} <= PARTS
