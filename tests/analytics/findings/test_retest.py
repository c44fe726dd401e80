"""A batch answers the orders it was run for, and no others."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
from sqlalchemy import Connection, insert, select

from analytics.db import FINDING, FINDING_MOVE, RETEST
from analytics.findings.checks import load_checks
from analytics.findings.finding import load_policy
from analytics.findings.retest import answer_orders, answers
from analytics.findings.sightings import sightings
from analytics.findings.upsert import upsert
from analytics.inventory.inventory import build
from sensors.contract.batch import EventBatch
from tests.analytics_values import records, sighting
from tests.factories import at, batch
from tests.intake_bench import site

INVENTORY = build([site()])


def probed(
    result: str, *, round_name: str = "retest/rt-1", location: str = "/.git/config", seconds: float = 60
) -> EventBatch:
    return batch(
        "probe.exposure",
        {
            "@timestamp": at(seconds),
            "event.id": f"p1-{seconds}",
            "gongga.site.id": "kd-003",
            "gongga.check.id": "exposure/git",
            "gongga.check.location": location,
            "gongga.check.result": result,
            "gongga.check.round": round_name,
        },
    )


def waiting(connection: Connection, **changed: Any) -> str:
    """A finding whose re-test was ordered as rt-1."""
    take(connection, None)
    finding = connection.execute(select(FINDING.c.id)).scalar_one()
    connection.execute(FINDING.update().values(state="retest"))
    order = {
        "id": "rt-1",
        "finding_id": finding,
        "ref": "no-1",
        "site_id": "kd-003",
        "check_id": "exposure/git",
        "location": "/.git/config",
        "ordered_by": "editor",
        "ordered_at": at(10),
        "state": "sent",
        "events": [],
    }
    connection.execute(insert(RETEST).values({**order, **changed}))
    return str(finding)


def take(connection: Connection, found: EventBatch | None) -> list[str]:
    seen = [sighting()] if found is None else sightings(found, load_checks())
    upsert(connection, seen, INVENTORY, load_checks(), load_policy(), at(999))
    return [] if found is None else answer_orders(connection, found, at(999))


def state(connection: Connection) -> str:
    return str(connection.execute(select(FINDING.c.state)).scalar_one())


def test_the_clean_answer_of_its_own_order_closes_the_finding() -> None:
    with records() as connection:
        waiting(connection)
        assert take(connection, probed("pass", round_name="kd-003/exposure/scheduled", seconds=50)) == []
        assert state(connection) == "retest"

        assert take(connection, probed("pass")) == ["rt-1"]
        assert state(connection) == "closed"
        row = connection.execute(select(RETEST)).one()
        assert (row.state, row.answer, row.answered_at) == ("answered", "clean", at(999))
        assert connection.execute(select(FINDING_MOVE.c.state_to)).scalars().all()[-1] == "closed"


def test_a_failing_answer_sends_it_back_and_a_second_answer_changes_nothing() -> None:
    with records() as connection:
        waiting(connection)

        assert take(connection, probed("fail")) == ["rt-1"]
        assert state(connection) == "rectifying"
        assert take(connection, probed("pass", seconds=70)) == []
        assert state(connection) == "rectifying"


def test_no_result_is_an_answer_too_and_decides_nothing() -> None:
    with records() as connection:
        waiting(connection)

        assert take(connection, probed("unknown")) == ["rt-1"]
        assert state(connection) == "retest"
        assert connection.execute(select(RETEST.c.answer)).scalar() == "unknown"


def test_another_place_or_another_order_answers_nothing() -> None:
    with records() as connection:
        waiting(connection)

        assert take(connection, probed("pass", location="/old/.git/config")) == []
        assert take(connection, probed("pass", round_name="retest/rt-2")) == []
        assert state(connection) == "retest"


def test_the_worst_of_several_addresses_is_the_answer() -> None:
    rows = [probed(result, seconds=number).table for number, result in enumerate(("pass", "unknown", "fail"))]
    [one] = answers(EventBatch("probe.exposure", pa.concat_tables(rows)))

    assert (one.says, len(one.events)) == ("present", 3)
