"""The page of messages."""

from __future__ import annotations

from sqlalchemy import select, update

from console.audit.tables import AUDIT_ENTRY
from console.notify.tables import DELIVERY
from console.notify.tell import Message, Recipient, tell
from tests.console.deskdata import incident
from tests.console.deskside import Table, two_counties


def queue(table: Table) -> None:
    two_counties(table)
    incident(table.desk.engine, 1)
    message = Message(
        "a", "callout", Recipient("扎西", {"phone": "13000000000"}), "请到岗", "正文", "incident 2026-0001"
    )
    with table.desk.engine.begin() as connection:
        tell(connection, message, table.clock())
        tell(connection, Message("b", "link", Recipient("卓玛"), "链路", "正文", "link"), table.clock())


def test_it_says_that_no_channel_is_set_and_shows_what_waits(table: Table) -> None:
    queue(table)
    page = table.seat("analyst").get("/messages").text

    for words in ("未配置通知渠道", "请到岗", "扎西", "13000000000", "待发送", "/incidents/2026-0001"):
        assert words in page
    assert "请到岗" not in table.seat("lead").get("/messages?state=sent").text


def test_a_county_sees_what_concerns_its_incidents(table: Table) -> None:
    queue(table)
    seen = {
        county: [one["key"] for one in table.seat("county", county=county).get("/api/v1/messages").json()["messages"]]
        for county in ("513301", "513322")
    }

    assert seen == {"513301": ["a"], "513322": []}
    assert table.seat("auditor").get("/api/v1/messages").status_code == 403


def test_what_was_sent_may_be_sent_again_with_its_own_key(table: Table) -> None:
    queue(table)
    analyst = table.seat("analyst")
    assert analyst.post("/api/v1/messages/1/resend").status_code == 409
    with table.desk.engine.begin() as connection:
        connection.execute(update(DELIVERY).where(DELIVERY.c.id == 1).values(state="sent"))
    assert analyst.post("/api/v1/messages/1/resend").json() == {"id": 3}
    assert analyst.post("/messages/1/resend").status_code == 303
    assert analyst.post("/messages/99/resend").status_code == 404
    assert table.seat("commander").post("/messages/1/resend").status_code == 403

    with table.desk.reads.begin() as connection:
        keys = connection.execute(select(DELIVERY.c.key).order_by(DELIVERY.c.id)).scalars().all()
        acts = connection.execute(select(AUDIT_ENTRY.c.action)).scalars().all()
    assert keys == ["a", "b", "a:again:1", "a:again:2"]
    assert acts == ["message.resend", "message.resend"]
