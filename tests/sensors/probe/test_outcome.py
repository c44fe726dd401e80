"""Outcomes become batches of their datasets."""

from __future__ import annotations

from datetime import timedelta

from sensors.probe.outcome import CLEAN, FAIL, UNKNOWN, Outcome, Run, batches, held, unable, why
from tests.factories import NOON

RUN = Run("s-1", "U-1", "scope-1", "r", 2, NOON, NOON + timedelta(seconds=1))


def test_a_row_says_who_asked_what_and_what_came_of_it() -> None:
    outcome = Outcome("probe.http", "availability/home", FAIL, "http://x:81/a?b=1", "", "password=x", (why(0.9, "因"),))
    [batch] = batches([(RUN, outcome)])
    row = next(batch.documents())

    assert (row["url"]["full"], row["url"]["port"], row["url"]["query"]) == ("http://x:81/a?b=1", 81, "b=1")
    assert row["gongga"]["check"]["result"] == "fail"
    assert row["gongga"]["check"]["evidence"] == "password=***"
    assert row["gongga"]["check"]["why"] == ["0.90|因"]
    assert row["gongga"]["check"]["attempt"] == 2
    assert row["event"]["duration"] == 1_000_000_000


def test_each_dataset_has_its_batch() -> None:
    made = batches(
        [(RUN, unable("probe.tls", "tls/absent", "https://x/", "why")), (RUN, unable("probe.dns", "d", "u", "w"))]
    )

    assert [batch.dataset for batch in made] == ["probe.tls", "probe.dns"]


def test_only_a_fault_is_held_back() -> None:
    fault = Outcome("probe.http", "c", FAIL, "http://x/")

    assert (held(fault, "r").result, held(fault, "r").reason) == (UNKNOWN, "r")
    assert held(Outcome("probe.http", "c", CLEAN, "http://x/"), "r").result == CLEAN
