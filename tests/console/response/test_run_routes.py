"""Runs as pages and as data: what people do at them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from analytics.db import INCIDENT_ENTRY
from console.audit.tables import AUDIT_ENTRY
from tests.console.deskdata import incident
from tests.console.deskside import Table, table_in, two_counties
from tests.console.playbooks import book, end, manual, variable
from tests.console.response.runside import carry, keep

APPROVAL = {"role": "lead", "quorum": 2, "deadline": "PT30M", "on_deadline": "reject"}
ASKS = book(
    {
        "a": manual("b", {"role": "analyst", "due": "PT10M"}, name="核实", out_args=["__f__"]),
        "b": manual(None, {"approval": APPROVAL}, name="批准", on_success="e", on_failure="c"),
        "c": manual("e", {"role": "lead"}, name="替代"),
        "e": end(),
    },
    {"__f__": variable("", "bool")},
)
ONE_VOICE = book({"b": manual("e", {"approval": APPROVAL | {"quorum": 1, "role": "commander"}}), "e": end()}, number=2)


@pytest.fixture
def table(tmp_path: Path) -> Table:
    made = table_in(tmp_path)
    two_counties(made)
    incident(made.desk.engine, 1, state="handling", class_code="02.09")
    for document in (ASKS, ONE_VOICE):
        keep(made.desk.engine, document, made.clock())
    return made


def started(browser: TestClient, document: dict[str, Any] = ASKS) -> str:
    answer = browser.post("/api/v1/incidents/2026-0001/runs", json={"playbook": document["id"]})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def waiting(browser: TestClient, run: str) -> dict[str, Any]:
    steps = browser.get(f"/api/v1/runs/{run}").json()["steps"]
    return next(dict(one) for one in steps if one["state"] == "waiting")


def finish(browser: TestClient, run: str, **said: Any) -> Any:
    step = waiting(browser, run)["id"]
    return browser.post(f"/api/v1/runs/{run}/steps/{step}/finish", json={"outcome": "success", **said})


def decide(browser: TestClient, run: str, step: int, approve: bool = True) -> Any:
    return browser.post(f"/api/v1/runs/{run}/steps/{step}/decide", json={"approve": approve, "reason": "核实无误"})


def test_from_the_incident_a_playbook_is_started_in_two_clicks_and_its_next_step_leads(table: Table) -> None:
    analyst = table.seat("analyst")
    assert "启动：网页篡改处置" in analyst.get("/incidents/2026-0001").text

    answer = analyst.post("/incidents/2026-0001/runs", data={"playbook": ASKS["id"]})

    assert (answer.status_code, answer.headers["location"]) == (303, "/incidents/2026-0001")
    text = analyst.get("/incidents/2026-0001").text
    assert "下一步 · 核实" in text
    assert "尚无人领办" in text
    assert analyst.post("/incidents/2026-0001/runs", data={"playbook": ASKS["id"]}).status_code == 409


def test_a_manual_step_is_taken_finished_and_its_values_kept(table: Table) -> None:
    analyst = table.seat("analyst")
    run = started(analyst)
    step = waiting(analyst, run)
    base = f"/response/runs/{run}/steps/{step['id']}"

    assert analyst.post(f"{base}/take", data={"back": "incident"}).headers["location"] == "/incidents/2026-0001"
    assert "analyst 正在办理" in analyst.get(f"/response/runs/{run}").text
    answer = analyst.post(f"{base}/finish", data={"value:__f__": "true", "note": "看过了", "outcome": "success"})

    assert answer.headers["location"] == f"/response/runs/{run}"
    found = analyst.get(f"/api/v1/runs/{run}").json()
    assert found["variables"]["__f__"] == "true"
    assert waiting(analyst, run)["approval"] == {"role": "lead", "quorum": 2}
    with table.desk.reads.begin() as connection:
        told = connection.execute(select(INCIDENT_ENTRY.c.text)).scalars().all()
        actions = connection.execute(select(AUDIT_ENTRY.c.action).order_by(AUDIT_ENTRY.c.seq)).scalars().all()
    assert "完成“核实”：看过了" in told
    assert list(actions) == ["run.start", "run.take", "run.finish"]


def test_a_value_that_does_not_suit_or_was_not_asked_changes_nothing(table: Table) -> None:
    analyst = table.seat("analyst")
    run = started(analyst)

    for values, told in (({"__f__": "maybe"}, "must be of type bool"), ({"__g__": "x"}, "asks for no")):
        answer = finish(analyst, run, values=values)
        assert (answer.status_code, told in answer.text) == (422, True)
    assert waiting(analyst, run)["step"] == "a"


def test_a_failed_step_needs_its_reason(table: Table) -> None:
    analyst = table.seat("analyst")
    run = started(analyst)

    assert finish(analyst, run, outcome="failure").status_code == 422
    assert finish(analyst, run, outcome="failure", note="无法访问").json()["state"] == "failed"
    assert finish_again(analyst, run) == 409


def finish_again(browser: TestClient, run: str) -> int:
    step = browser.get(f"/api/v1/runs/{run}").json()["steps"][-1]["id"]
    return browser.post(f"/api/v1/runs/{run}/steps/{step}/finish", json={"outcome": "success"}).status_code


def test_two_people_approve_and_one_alone_cannot_by_any_way(table: Table) -> None:
    analyst, first = table.seat("analyst"), table.seat("lead", "commander", login="first")
    run = started(analyst)
    finish(analyst, run, values={"__f__": True})
    step = waiting(first, run)["id"]

    assert decide(analyst, run, step).status_code == 403
    assert decide(first, run, step).status_code == 200
    # the same person in another session, with another role, through the page and through the API
    other = table.browser()
    other.cookies.update(first.cookies)
    other.headers["x-csrf-token"] = first.headers["x-csrf-token"]
    assert decide(other, run, step).status_code == 409
    form = {"approve": "yes", "reason": "再来一次"}
    assert other.post(f"/response/runs/{run}/steps/{step}/decide", data=form).status_code == 409
    assert finish(first, run).status_code == 409
    assert waiting(first, run)["id"] == step

    found = decide(table.seat("lead", login="second"), run, step).json()
    assert found["state"] == "succeeded"


def test_whoever_started_a_run_does_not_approve_it_alone(table: Table) -> None:
    both = table.seat("commander", "analyst", login="both")
    run = started(both, ONE_VOICE)
    step = waiting(both, run)["id"]

    assert decide(both, run, step).status_code == 409
    assert decide(table.seat("lead"), run, step).status_code == 403
    assert decide(table.seat("commander"), run, step).json()["state"] == "succeeded"


def test_the_starter_and_another_are_two(table: Table) -> None:
    starter, other = table.seat("lead", "analyst", login="starter"), table.seat("lead", login="other")
    run = started(starter)
    finish(starter, run, values={"__f__": True})
    step = waiting(starter, run)["id"]

    assert decide(starter, run, step).json()["state"] == "running"
    assert decide(other, run, step).json()["state"] == "succeeded"


def test_one_refusal_is_enough(table: Table) -> None:
    analyst, lead = table.seat("analyst"), table.seat("lead")
    run = started(analyst)
    finish(analyst, run, values={"__f__": True})

    decide(lead, run, waiting(lead, run)["id"], approve=False)

    assert waiting(lead, run)["step"] == "c"
    assert finish(analyst, run).status_code == 403
    assert finish(lead, run).json()["state"] == "succeeded"


def test_an_approval_that_nobody_gives_falls_to_its_default(table: Table) -> None:
    analyst = table.seat("analyst")
    run = started(analyst)
    finish(analyst, run, values={"__f__": True})
    table.clock.pass_by(minutes=31)

    carry(table)

    assert waiting(table.seat("lead"), run)["step"] == "c"


def test_a_run_is_seen_inside_its_scope_only(table: Table) -> None:
    run = started(table.seat("analyst"))
    near, far = table.seat("county", county="513301"), table.seat("county", county="513322")
    step = waiting(near, run)["id"]

    assert run in near.get("/response/runs").text
    assert run not in far.get("/response/runs").text
    for address in (f"/response/runs/{run}", f"/api/v1/runs/{run}"):
        assert (near.get(address).status_code, far.get(address).status_code) == (200, 404)
    assert far.post(f"/api/v1/runs/{run}/steps/{step}/finish", json={"outcome": "success"}).status_code == 404
    assert far.post("/api/v1/incidents/2026-0001/runs", json={"playbook": ONE_VOICE["id"]}).status_code == 404


def test_a_run_is_stopped_with_a_reason(table: Table) -> None:
    lead = table.seat("lead")
    run = started(lead)

    assert lead.post(f"/response/runs/{run}/cancel", data={"reason": ""}).status_code == 422
    assert lead.post(f"/api/v1/runs/{run}/cancel", json={"reason": "误报"}).json()["state"] == "cancelled"
    assert lead.post(f"/api/v1/runs/{run}/cancel", json={"reason": "误报"}).status_code == 409
    assert "误报" in lead.get(f"/response/runs/{run}").text


def test_the_lists_as_data(table: Table) -> None:
    lead = table.seat("lead")
    run = started(lead)

    assert [one["id"] for one in lead.get("/api/v1/runs?state=running").json()["runs"]] == [run]
    assert [one["id"] for one in lead.get("/api/v1/incidents/2026-0001/runs").json()["runs"]] == [run]
    assert "正在运行" in lead.get("/response").text
    assert "没有符合条件的运行" in lead.get("/response/runs?state=failed").text
