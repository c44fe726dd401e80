"""Response at a glance, and the shelf of playbooks."""

from __future__ import annotations

import json

from sqlalchemy import select

from console.audit.tables import AUDIT_ENTRY
from console.response import shelf
from tests.console.deskside import Table
from tests.console.playbooks import book, end, manual, raw

GOOD = book({"a": manual("e", commands=[{"type": "bash", "command": "rm -rf /"}]), "e": end()}, name="外来预案")
BAD = book({"a": manual("gone"), "b": manual("b"), "e": end()})


def actions(table: Table) -> list[str]:
    with table.desk.reads.begin() as connection:
        return list(connection.execute(select(AUDIT_ENTRY.c.action)).scalars())


def test_the_shipped_playbooks_are_offered_with_their_state(table: Table) -> None:
    analyst = table.seat("analyst")

    text = analyst.get("/response").text
    found = analyst.get("/api/v1/playbooks").json()["playbooks"]

    assert "网页篡改处置" in text
    assert {one["alias"] for one in found} == set(shelf.shipped())


def test_every_shipped_playbook_has_its_page_and_its_walk(table: Table) -> None:
    analyst = table.seat("analyst")

    for alias in shelf.shipped():
        assert analyst.get(f"/response/playbooks/{alias}").status_code == 200
        walk = analyst.get(f"/response/playbooks/{alias}/dry")
        assert walk.status_code == 200
        assert "只推演，不执行" in walk.text
    assert analyst.get("/response/playbooks/nothing").status_code == 404


def test_a_playbook_is_shown_in_words_not_in_the_names_of_variables_and_classes(table: Table) -> None:
    analyst = table.seat("analyst")

    page = analyst.get("/response/playbooks/defaced-page").text

    assert "〈网站地址〉" in page
    assert ":value" not in page
    assert "网页篡改" in analyst.get("/response").text
    assert ">02.09" not in analyst.get("/response").text + page


def test_a_foreign_playbook_is_taken_in_warned_of_and_given_back_unchanged(table: Table) -> None:
    lead = table.seat("lead")

    taken = lead.post("/response/playbooks", files={"file": ("x.json", raw(GOOD))})

    assert taken.status_code == 303
    text = lead.get(taken.headers["location"]).text
    assert "bash 命令不会自动执行" in text
    assert lead.get(f"/api/v1/playbooks/{GOOD['id']}").json() == GOOD
    assert json.loads(lead.get(f"/response/playbooks/{GOOD['id']}/file?version=1").content) == GOOD
    assert actions(table) == ["playbook.import"]


def test_who_looks_after_a_part_of_the_prefecture_does_not_change_what_all_of_it_runs(table: Table) -> None:
    county = table.seat("lead", county="513301")

    for way in ("/response/playbooks", "/api/v1/playbooks"):
        assert county.post(way, files={"file": ("x.json", raw(GOOD))}).status_code == 403
    assert 'type="file"' not in county.get("/response").text
    assert (county.get(f"/api/v1/playbooks/{GOOD['id']}").status_code, actions(table)) == (404, [])


def test_a_playbook_with_a_missing_step_or_a_loop_is_refused_with_one_sentence_and_audited(table: Table) -> None:
    lead = table.seat("lead")

    for answer in (
        lead.post("/response/playbooks", files={"file": ("bad.json", raw(BAD))}),
        lead.post("/api/v1/playbooks", files={"file": ("bad.json", raw(BAD))}),
        lead.post("/response/playbooks", files={"file": ("x", b"\x00" * 50)}),
        lead.post("/response/playbooks", files={"file": ("x", b"[" * 200_000)}),
    ):
        assert answer.status_code == 422
    told = lead.post("/api/v1/playbooks", files={"file": ("bad.json", raw(BAD))}).json()["detail"]

    assert "which is not there" in told["reason"]
    assert {"dangling-reference", "cycle"} <= {one["name"] for one in told["faults"]}
    assert set(actions(table)) == {"playbook.refuse"}
    assert {one["alias"] for one in lead.get("/api/v1/playbooks").json()["playbooks"]} == set(shelf.shipped())


def test_only_who_decides_takes_playbooks_in(table: Table) -> None:
    assert table.seat("analyst").post("/response/playbooks", files={"file": ("x", raw(GOOD))}).status_code == 403
