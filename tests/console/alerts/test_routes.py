"""The alert queue as pages and as data."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import select

from analytics.db import ALERT
from console.audit.tables import AUDIT_ENTRY
from tests.console.deskdata import alert
from tests.console.deskside import Table, table_in, two_counties
from tests.factories import NOON, at, segment

WHY = [{"weight": 0.4, "text": "次要", "text_en": "minor"}, {"weight": 0.9, "text": "主要 <b>", "text_en": "major"}]


@pytest.fixture
def table(tmp_path: Path) -> Table:
    made = table_in(tmp_path)
    two_counties(made)
    made.clock.pass_by(hours=1)
    stored = segment("http", {"url.path": "/<script>"})
    made.desk.store.append(stored)
    engine = made.desk.engine
    alert(engine, 1, rule_id="r1", title="上传目录中的脚本", why=WHY, events=["s1-000001-0"])
    alert(engine, 2, rule_id="r1", last_seen=at(60))
    alert(engine, 3, rule_id="r2", level="critical", title="首页被替换")
    alert(engine, 4, rule_id="r1", site_id="ld-1", unit_id="U-2", county="513322", title="暗链")
    return made


def statuses(table: Table) -> dict[str, str]:
    with table.desk.reads.connect() as connection:
        return {row.id: row.status for row in connection.execute(select(ALERT.c.id, ALERT.c.status))}


def test_the_queue_groups_by_rule_and_site_with_the_gravest_first(table: Table) -> None:
    page = table.seat("analyst").get("/alerts").text

    rows = re.findall(r'<tr id="(al-\d+)" data-row', page)
    assert rows == ["al-0003", "al-0002", "al-0004"]
    assert "本组 2 条" in page
    assert "4 条" in page


@pytest.mark.parametrize(
    ("address", "ids"),
    [
        ("group=none", ["al-0002", "al-0004", "al-0003", "al-0001"]),
        ("group=none&level=critical", ["al-0003"]),
        ("group=none&site=ld-1", ["al-0004"]),
        ("group=none&county=513301&rule=r1", ["al-0002", "al-0001"]),
        ("group=none&q=暗链", ["al-0004"]),
        ("group=none&status=true", []),
        ("group=none&q=%25", []),
    ],
)
def test_filters_are_addresses(table: Table, address: str, ids: list[str]) -> None:
    page = table.seat("analyst").get(f"/alerts?{address}").text

    assert re.findall(r'<tr id="(al-\d+)" data-row', page) == ids


def test_an_alert_tells_its_reasons_strongest_first_and_its_events_escaped(table: Table) -> None:
    page = table.seat("analyst").get("/alerts/al-0001").text

    assert page.index("主要 &lt;b&gt;") < page.index("次要")
    assert "/&lt;script&gt;" in page
    assert "<script>/" not in page


def test_a_county_never_sees_or_judges_another_ones_alerts(table: Table) -> None:
    county = table.seat("county", county="513322")

    assert "al-0001" not in county.get("/alerts?group=none").text
    assert county.get("/alerts/al-0001").status_code == 404
    assert county.post("/alerts/al-0001/verdict", data={"to": "true", "version": 1}).status_code == 404
    answer = county.post("/alerts/judge-all", data={"to": "true", "until": at(9999).isoformat()})
    assert answer.status_code == 200
    assert [name for name, status in statuses(table).items() if status == "true"] == ["al-0004"]


def test_a_verdict_is_kept_with_who_and_why_and_can_be_taken_back(table: Table) -> None:
    analyst = table.seat("analyst")

    form = {"to": "false", "reason": "改版", "version": 1, "back": "queue"}
    answer = analyst.post("/alerts/al-0001/verdict?group=none", data=form)

    assert "更改 1 条" in answer.text
    assert statuses(table)["al-0001"] == "false"
    with table.desk.reads.connect() as connection:
        assert "alert.judge" in connection.scalars(select(AUDIT_ENTRY.c.action)).all()
    analyst.post("/alerts/take-back", data={"ids": "al-0001"})
    assert statuses(table)["al-0001"] == "new"


def test_a_false_alarm_without_a_reason_is_refused(table: Table) -> None:
    answer = table.seat("analyst").post("/alerts/al-0001/verdict", data={"to": "false", "version": 1})

    assert answer.status_code == 422
    assert "needs a reason" in answer.text


def test_who_looked_at_an_older_version_is_told_so(table: Table) -> None:
    analyst = table.seat("analyst")
    analyst.post("/alerts/al-0001/verdict", data={"to": "true", "version": 1})

    assert analyst.post("/alerts/al-0001/verdict", data={"to": "benign", "version": 1}).status_code == 409


def test_a_verdict_on_a_group_leaves_what_came_later_alone(table: Table) -> None:
    analyst = table.seat("analyst")
    form = {"to": "benign", "only_rule": "r1", "only_site": "kd-1", "until": NOON.isoformat()}

    answer = analyst.post("/alerts/judge-all", data=form)

    assert "符合 1 条，更改 1 条，跳过 0 条" in answer.text
    assert statuses(table) == {"al-0001": "benign", "al-0002": "new", "al-0003": "new", "al-0004": "new"}


def test_an_alert_becomes_an_incident(table: Table) -> None:
    analyst = table.seat("analyst")

    answer = analyst.post("/alerts/al-0001/escalate", data={"version": 1})

    assert answer.status_code == 303
    assert analyst.get(answer.headers["location"]).status_code == 200
    assert statuses(table)["al-0001"] == "escalated"
    again = analyst.post("/alerts/al-0001/escalate", data={"version": 1})
    assert again.headers["location"] == answer.headers["location"]


def test_the_api_pages_and_judges_like_the_pages(table: Table) -> None:
    analyst = table.seat("analyst")

    first = analyst.get("/api/v1/alerts", params={"size": 3}).json()
    rest = analyst.get("/api/v1/alerts", params={"size": 3, "before": first["next"]}).json()
    judged = analyst.post("/api/v1/alerts/al-0003/verdict", json={"to": "true", "version": 1})

    assert len({one["id"] for one in first["alerts"] + rest["alerts"]}) == 4
    assert rest["next"] == ""
    assert judged.json()["status"] == "true"
    assert analyst.post("/api/v1/alerts/al-0003/verdict", json={"to": 5}).status_code == 422
    assert analyst.get("/api/v1/alerts", params={"before": "yesterday"}).status_code == 422
