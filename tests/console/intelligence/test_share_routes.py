"""Sharing by the pages and by the API."""

from __future__ import annotations

import re

from sqlalchemy import select

from analytics.intel.records import indicator_id
from console.intelligence.exchange import accept
from console.province.tables import OUTBOX
from tests.console.deskdata import alert
from tests.console.deskside import Table
from tests.factories import NOON
from tests.intel_values import RED, bundle, indicator, stix_id

ONE, TWO = indicator_id(stix_id(1)), indicator_id(stix_id(2))


def known(table: Table) -> None:
    with table.desk.engine.begin() as connection:
        accept(connection, bundle(indicator(1), indicator(2, object_marking_refs=[RED])), "别处", "公开", NOON)


def test_two_clicks_propose_with_the_filter_in_sight_and_another_person_releases(table: Table) -> None:
    known(table)
    analyst = table.seat("analyst")
    assert f"/intelligence/share?ref={ONE}" in analyst.get(f"/intelligence/indicators/{ONE}").text

    page = analyst.get(f"/intelligence/share?ref={ONE}&ref={TWO}").text

    assert ONE in page
    assert "TLP 标记不允许转发" in page
    fields = dict(re.findall(r'name="(marking|target|csrf)" value="([^"]+)"', page))
    refs = re.findall(r'name="refs" value="([^"]+)"', page)
    done = analyst.post("/intelligence/share", data={**fields, "refs": refs, "reason": "省里需要"})
    assert done.status_code == 303
    where = done.headers["location"]
    assert "等待另一人批准" in analyst.get(where).text

    lead = table.seat("lead")
    assert "省里需要" in lead.get("/").text
    assert "批准发出" in lead.get(where).text
    form = {"csrf": lead.headers["x-csrf-token"], "approve": "true", "version": "1"}
    assert lead.post(f"{where}/decide", data=form).status_code == 303
    assert "已共享" in lead.get("/intelligence/shares").text
    with table.desk.reads.begin() as connection:
        message = connection.execute(select(OUTBOX)).one()
    assert stix_id(2) not in str(message.body["bundle"])


def test_one_person_cannot_release_by_any_door(table: Table) -> None:
    known(table)
    lead = table.seat("lead")
    made = lead.post("/api/v1/intelligence/shares", json={"refs": [ONE], "reason": "省里需要"})
    assert made.status_code == 201
    path = f"/intelligence/shares/{made.json()['id']}"

    assert lead.post(f"/api/v1{path}/decide", json={"approve": True, "version": 1}).status_code == 403
    form = {"csrf": lead.headers["x-csrf-token"], "approve": "true", "version": "1"}
    assert lead.post(f"{path}/decide", data=form).status_code == 403
    assert "批准发出" not in lead.get(path).text
    analyst = table.seat("analyst")
    assert analyst.post(f"/api/v1{path}/decide", json={"approve": True, "version": 1}).status_code == 403
    assert lead.post(f"/api/v1{path}/withdraw", json={"version": 1}).json()["state"] == "withdrawn"


def test_the_api_tells_what_was_left_out_and_shows_the_bundle(table: Table) -> None:
    known(table)
    alert(table.desk.engine, 1)
    analyst, commander = table.seat("analyst"), table.seat("commander")
    said = {"refs": ["al-0001", TWO], "reason": "省里需要", "marking": "重要"}

    made = analyst.post("/api/v1/intelligence/shares", json=said).json()

    assert [one["code"] for one in made["left_out"]] == ["passes"]
    assert {one["type"] for one in made["bundle"]["objects"]} >= {"indicator", "observed-data", "file"}
    listed = commander.get("/api/v1/intelligence/shares").json()["shares"]
    assert [one["id"] for one in listed] == [made["id"]]
    refused = commander.post(f"/api/v1/intelligence/shares/{made['id']}/decide", json={"approve": False, "version": 1})
    assert refused.status_code == 422
    assert analyst.get("/intelligence/share?ref=in-none").status_code == 200
    assert analyst.get(f"/intelligence/share?ref={ONE}&marking=绝密").status_code == 422


def test_an_alert_leads_to_the_indicator_it_rests_on_and_to_sharing(table: Table) -> None:
    known(table)
    alert(table.desk.engine, 1, detector="watchlist", rule_id=ONE)
    alert(table.desk.engine, 2)

    page = table.seat("analyst").get("/alerts/al-0001").text

    assert f"/intelligence/indicators/{ONE}" in page
    assert "/intelligence/share?ref=al-0001" in page
    assert "/intelligence/indicators/" not in table.seat("lead").get("/alerts/al-0002").text
    assert "/intelligence/share" not in table.seat("county", county="513301").get("/alerts/al-0001").text
