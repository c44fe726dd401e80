"""Calls: acknowledged by the person, by a colleague or a link; followed by the next when nobody answers."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import insert, select

from analytics.db import CONTACT, INCIDENT_ENTRY
from analytics.lifecycle import IllegalMove, Unknown
from console.audit.tables import AUDIT_ENTRY
from console.clerk.work import Clerk
from console.notify.tables import DELIVERY
from console.response.callouts import acknowledge
from console.response.level_jobs import follow_calls
from console.response.level_tables import CALLOUT
from console.response.levels import Change, decide
from console.response.mechanism import shipped
from tests.console.deskdata import incident
from tests.console.deskside import Table, two_counties
from tests.console.response.test_levels import LEAD, START


@pytest.fixture
def number(table: Table) -> str:
    two_counties(table)
    for login in ("lead", "leadb"):
        table.account("lead", login=login)
    found = incident(table.desk.engine, 1, level_confirmed=3)
    decide(table.desk, LEAD, found, START)
    return found


def clerk(table: Table) -> Clerk:
    here = table.desk
    return Clerk(here.engine, here.reads, here.store, here.data, here.office, here.clock)


def calls(table: Table, slot: str = "command/cac") -> list[tuple[int, str, str]]:
    with table.desk.reads.begin() as connection:
        mine = select(CALLOUT).where(CALLOUT.c.slot == slot).order_by(CALLOUT.c.place)
        return [(row.place, row.person, row.state) for row in connection.execute(mine)]


def first(table: Table, slot: str = "command/cac") -> Any:
    with table.desk.reads.begin() as connection:
        return connection.execute(select(CALLOUT).where(CALLOUT.c.slot == slot)).first()


def test_who_does_not_answer_in_time_is_followed_by_the_next_until_nobody_is_left(table: Table, number: str) -> None:
    follow_calls(clerk(table))
    assert calls(table) == [(0, "测试lead", "called")]
    table.clock.pass_by(minutes=15)
    follow_calls(clerk(table))
    assert calls(table) == [(0, "测试lead", "escalated"), (1, "测试leadb", "called")]
    follow_calls(clerk(table))
    assert len(calls(table)) == 2
    table.clock.pass_by(minutes=15)
    follow_calls(clerk(table))
    assert [state for _, _, state in calls(table)] == ["escalated", "late"]

    with table.desk.reads.begin() as connection:
        texts = connection.execute(select(INCIDENT_ENTRY.c.text).where(INCIDENT_ENTRY.c.kind == "callout")).scalars()
        assert "州委网信办（州网络安全应急指挥中心） 测试lead 未在时限内应答，已转 测试leadb" in list(texts)
        acts = connection.execute(select(AUDIT_ENTRY.c.action)).scalars().all()
    assert acts.count("callout.late") >= 1


def test_a_slot_without_people_falls_to_the_one_who_stands_in(table: Table, number: str) -> None:
    table.clock.pass_by(minutes=15)
    follow_calls(clerk(table))

    assert calls(table, "member/gaj") == [(0, "州公安局", "escalated"), (1, "测试lead", "called")]


def test_an_acknowledgement_stops_the_following(table: Table, number: str) -> None:
    row = first(table)
    with table.desk.engine.begin() as connection:
        acknowledge(connection, row.id, "lead", table.clock(), "desk")
        acknowledge(connection, row.id, "lead", table.clock(), "desk")
        delivery = connection.execute(select(DELIVERY).where(DELIVERY.c.id == row.delivery_id)).one()
    assert (delivery.acked_by, delivery.state) == ("lead", "void")
    table.clock.pass_by(hours=1)
    follow_calls(clerk(table))

    assert calls(table) == [(0, "测试lead", "acknowledged")]


def test_who_was_followed_may_still_come(table: Table, number: str) -> None:
    table.clock.pass_by(minutes=15)
    follow_calls(clerk(table))
    with table.desk.engine.begin() as connection:
        acknowledge(connection, first(table).id, "lead", table.clock(), "phone")

    assert calls(table)[0] == (0, "测试lead", "acknowledged")


def test_a_call_that_was_called_off_cannot_be_answered(table: Table, number: str) -> None:
    decide(table.desk, LEAD, number, Change("end", None, "处置完毕"))
    with table.desk.engine.begin() as connection:
        with pytest.raises(IllegalMove):
            acknowledge(connection, first(table).id, "lead", table.clock(), "desk")
        with pytest.raises(Unknown):
            acknowledge(connection, 999, "lead", table.clock(), "desk")


def test_the_contacts_of_a_bound_unit_are_called_in_their_order(table: Table) -> None:
    two_counties(table)
    folder = table.desk.data.root / "mechanism"
    folder.mkdir()
    text = shipped().content.replace('"2026.1"', '"2"').replace("key: gaj,", "key: gaj, unit: U-1,")
    (folder / "x.yml").write_text(text, "utf-8")
    with table.desk.engine.begin() as connection:
        for name, phone in (("扎西", "13000000001"), ("卓玛", "13000000002")):
            connection.execute(insert(CONTACT).values(unit_id="U-1", name=name, phone=phone))
    decide(table.desk, LEAD, incident(table.desk.engine, 5), START)
    table.clock.pass_by(minutes=15)
    follow_calls(clerk(table))

    assert calls(table, "member/gaj") == [(0, "扎西", "escalated"), (1, "卓玛", "called")]
    with table.desk.reads.begin() as connection:
        found = select(DELIVERY.c.addresses).where(DELIVERY.c.recipient == "卓玛")
        assert connection.execute(found).scalar_one() == {"phone": "13000000002"}
