"""The pages of intelligence."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select, update

from analytics.intel.records import count_hits, indicator_id
from analytics.intel.tables import INDICATOR
from console.audit.tables import AUDIT_ENTRY
from console.intelligence.exchange import accept
from tests.console.deskdata import alert
from tests.console.deskside import Table, two_counties
from tests.factories import NOON
from tests.intel_values import bundle, indicator, stix_id

ONE = indicator_id(stix_id(1))


def known(table: Table, *objects: Any) -> None:
    with table.desk.engine.begin() as connection:
        accept(connection, bundle(*(objects or (indicator(1),))), "省平台", "内部", NOON)


def test_the_list_says_end_hits_source_share_and_marking(table: Table) -> None:
    two_counties(table)
    known(table, indicator(1), indicator(2, "[domain-name:value = 'gаnzi.test']"))
    alert(table.desk.engine, 1, detector="watchlist", rule_id=ONE, count=7)
    with table.desk.engine.begin() as connection:
        count_hits(connection)

    page = table.seat("analyst").get("/intelligence").text

    for part in (
        "恶意地址 1",
        "198.51.100.7",
        ">7</a>",
        "省平台",
        "TLP:GREEN",
        "内部",
        "12-23",
        "xn--gnzi-53d.test",
        "gаnzi.test",
    ):
        assert part in page, part
    assert page.index("恶意地址 1") < page.index("恶意地址 2")


def test_the_list_is_narrowed_and_found_by_value(table: Table) -> None:
    known(table, indicator(1), indicator(2, "[email-addr:value = 'x@y.test']"))
    seat = table.seat("analyst")

    def names(query: str) -> list[str]:
        return [one["name"] for one in seat.get(f"/api/v1/intelligence?{query}").json()["indicators"]]

    assert names("") == ["恶意地址 1"]
    assert names("state=unwatched") == ["恶意地址 2"]
    assert names("state=&q=198.51") == ["恶意地址 1"]
    assert names("state=&source=别处") == []
    table.clock.pass_by(days=60)
    seat = table.seat("lead")
    assert names("") == []
    assert names("state=expired") == ["恶意地址 1"]


def test_a_county_sees_its_own_hits_and_no_sensitive_indicator(table: Table) -> None:
    two_counties(table)
    known(table)
    alert(table.desk.engine, 1, detector="watchlist", rule_id=ONE, count=7)
    here, elsewhere = table.seat("county", county="513301"), table.seat("county", county="513322")

    assert here.get(f"/api/v1/intelligence/indicators/{ONE}").json()["hits"] == 7
    assert elsewhere.get(f"/api/v1/intelligence/indicators/{ONE}").json()["hits"] == 0
    assert "告警1" not in elsewhere.get(f"/intelligence/indicators/{ONE}").text
    assert elsewhere.get("/api/v1/intelligence?state=hit").json()["indicators"] == []
    with table.desk.engine.begin() as connection:
        connection.execute(update(INDICATOR).values(marking="敏感"))
    assert here.get(f"/intelligence/indicators/{ONE}").status_code == 404
    assert table.seat("lead").get(f"/intelligence/indicators/{ONE}").status_code == 200


def test_an_indicator_is_stopped_with_a_reason_and_taken_up_again(table: Table) -> None:
    known(table)
    seat = table.seat("analyst")
    form = {"csrf": seat.headers["x-csrf-token"], "to": "stopped", "version": "1"}
    path = f"/intelligence/indicators/{ONE}"

    assert seat.post(f"{path}/move", data=form).status_code == 422
    assert seat.post(f"{path}/move", data={**form, "reason": "误报太多"}).status_code == 303

    page = seat.get(path).text
    assert "误报太多" in page
    assert "恢复监测" in page
    assert seat.post(f"{path}/move", data={**form, "reason": "再停"}).status_code == 409
    said = {"to": "watched", "reason": "再看看", "version": 2}
    assert seat.post(f"/api/v1{path}/move", json=said).json()["state"] == "watched"


@pytest.mark.parametrize("mode", ["page", "api"])
def test_an_upload_gives_a_result_for_each_object(table: Table, mode: str) -> None:
    seat = table.seat("analyst")
    content = json.dumps(bundle(indicator(1), indicator(2, "[x:y = 'z']"), {"type": "indicator"})).encode()

    if mode == "api":
        said = seat.post("/api/v1/intelligence/bundles?source=某厂商", content=content).json()
        assert (said["new"], said["unwatched"][0]["code"], said["refused"][0]["code"]) == (2, "kind", "object")
    else:
        form = {"csrf": seat.headers["x-csrf-token"], "source": "某厂商", "marking": "敏感"}
        page = seat.post("/intelligence/upload", data=form, files={"sheet": ("x.json", content)}).text
        for part in ("<b>2</b>", "没有此类值", "不是 STIX 对象", "objects[2]"):
            assert part in page, part
    with table.desk.reads.begin() as connection:
        actions = connection.execute(select(AUDIT_ENTRY.c.action).order_by(AUDIT_ENTRY.c.seq)).scalars().all()
        assert connection.execute(select(INDICATOR.c.source)).scalars().first() == "人工导入 某厂商"
    assert actions == ["intelligence.upload", "intelligence.accept"]


@pytest.mark.parametrize("content", [b"", b"[" * 200_000, b"\x00", b"[]", b'{"type": "bundle"}'])
def test_a_file_that_is_none_is_told_and_audited(table: Table, content: bytes) -> None:
    seat = table.seat("analyst")

    answer = seat.post("/api/v1/intelligence/bundles?source=某厂商", content=content)

    assert (answer.status_code, answer.json()["applied"]) == (200, 0)
    with table.desk.reads.begin() as connection:
        assert len(connection.execute(select(AUDIT_ENTRY)).all()) == 2


def test_who_only_reads_is_offered_nothing_to_do(table: Table) -> None:
    known(table)
    page = table.seat("county", county="513301").get(f"/intelligence/indicators/{ONE}").text

    assert "停止监测" not in page
    assert "/intelligence/share" not in page
