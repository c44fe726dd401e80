"""The page and the API of an instruction."""

from __future__ import annotations

from console.province.instructions import register
from tests.console.deskside import Table, two_counties
from tests.console.province.test_instructions import incoming
from tests.factories import at


def test_an_instruction_goes_through_its_life_through_the_api(table: Table) -> None:
    two_counties(table)
    with table.desk.engine.begin() as connection:
        one = register(connection, incoming(), at(0))
    analyst = table.seat("analyst")
    (listed,) = analyst.get("/api/v1/instructions").json()["instructions"]
    place = f"/api/v1/instructions/{listed['id']}"

    assert listed["id"] == one
    for said in ({"to": "signed"}, {"to": "assigned", "unit": "U-1"}, {"to": "answered", "text": "已核查"}):
        assert analyst.post(f"{place}/move", json=said).json()["state"] == said["to"]
    assert analyst.post(f"{place}/move", json={"to": "signed"}).status_code == 409
    assert analyst.post(f"{place}/move", json={"to": "done"}).status_code == 422
    done = analyst.post(f"{place}/move", json={"to": "done", "text": "已整改完毕"}).json()
    assert [step["to"] for step in done["steps"]] == ["signed", "assigned", "answered", "done"]
    assert {step["sent"] for step in done["steps"]} == {"waiting"}


def test_the_page_shows_the_next_step_to_whoever_may_take_it(table: Table) -> None:
    two_counties(table)
    with table.desk.engine.begin() as connection:
        one = register(connection, incoming(), at(0))
    analyst, commander = table.seat("analyst"), table.seat("commander")
    place = f"/province/instructions/{one}"

    assert 'value="signed"' in analyst.get(place).text
    assert 'value="signed"' not in commander.get(place).text
    assert analyst.post(place, data={"to": "signed", "csrf": analyst.headers["x-csrf-token"]}).status_code == 303
    assert 'value="assigned"' in analyst.get(place).text
    assert "签收省级指令" not in analyst.get("/").text
    assert "反馈省级指令" in analyst.get("/").text
    assert analyst.get("/province/instructions/IN-0").status_code == 404
