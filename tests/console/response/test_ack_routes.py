"""Answering a call by its link."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from analytics.db import INCIDENT_ENTRY
from console.notify.links import hash_of, load_key, token_of
from console.notify.tables import DELIVERY
from console.notify.tell import Message, Recipient, tell
from console.response.ack_routes import MOST_WRONG
from console.response.level_tables import CALLOUT
from console.response.levels import Change, decide
from tests.console.deskdata import incident
from tests.console.deskside import Table, two_counties
from tests.console.response.test_levels import LEAD, START


@pytest.fixture
def link(table: Table) -> str:
    two_counties(table)
    table.account("lead")
    decide(table.desk, LEAD, incident(table.desk.engine, 1), START)
    return f"/a/{token_of(load_key(table.desk.data.keys), 'callout:2026-0001:1:command/cac:0')}"


def state(table: Table) -> str:
    with table.desk.reads.begin() as connection:
        found = connection.execute(select(CALLOUT.c.state).where(CALLOUT.c.slot == "command/cac"))
        return str(found.scalar_one())


def test_looking_answers_nothing_and_the_button_does(table: Table, link: str) -> None:
    phone = table.browser()
    assert "确认到岗" in phone.get(link).text
    assert state(table) == "called"
    answered = phone.post(link)

    assert "已确认" in answered.text
    assert state(table) == "acknowledged"
    assert "已确认" in phone.post(link).text
    with table.desk.reads.begin() as connection:
        entries = connection.execute(select(INCIDENT_ENTRY.c.by).where(INCIDENT_ENTRY.c.kind == "callout"))
        assert entries.scalars().all() == ["测试lead"]


def test_after_the_end_it_says_that_nobody_needs_to_come(table: Table, link: str) -> None:
    decide(table.desk, LEAD, "2026-0001", Change("end", None, "处置完毕"))

    assert "无需到岗" in table.browser().post(link).text
    assert state(table) == "void"


def test_guessing_is_answered_the_same_and_then_not_at_all(table: Table, link: str) -> None:
    phone = table.browser()
    answers = [phone.get(f"/a/{'x' * 32}").status_code for _ in range(MOST_WRONG + 1)]
    assert answers == [404] * MOST_WRONG + [429]
    # Who shares the address and has a good link is not locked out with them.
    assert phone.get(link).status_code == 200
    table.clock.pass_by(minutes=16)
    assert phone.get(f"/a/{'x' * 32}").status_code == 404


def test_another_message_is_acknowledged_too(table: Table) -> None:
    token = "t" * 32
    message = Message("x", "reminder", Recipient("卓玛"), "请知悉", "正文", "link", ack_hash=hash_of(token))
    with table.desk.engine.begin() as connection:
        tell(connection, message, table.clock())
    assert table.browser().post(f"/a/{token}").status_code == 200

    with table.desk.reads.begin() as connection:
        assert connection.execute(select(DELIVERY.c.acked_by)).scalar_one() == "卓玛"


def test_the_page_carries_no_frame_and_no_outside_address(table: Table, link: str) -> None:
    page = table.browser().get(link).text

    assert 'name="viewport"' in page
    assert "<nav" not in page
    assert "style=" not in page
