"""Who is meant by a slot."""

from __future__ import annotations

import pytest
from sqlalchemy import insert

from analytics.db import CONTACT
from console.response.mechanism import shipped
from console.response.recipients import recipients
from tests.console.deskside import Table, two_counties


def test_a_slot_is_its_accounts_or_its_name(table: Table) -> None:
    table.account("commander")
    table.account("analyst")
    with table.desk.reads.begin() as connection:
        command = recipients(connection, shipped(), "command", None)
        police = recipients(connection, shipped(), "member/gaj", None)

    assert [one.addresses for one in command] == [{"account": "commander"}]
    assert [(one.name, dict(one.addresses)) for one in police] == [("州公安局", {})]


def test_of_accounts_only_those_who_see_the_county_are_told(table: Table) -> None:
    for county in (None, "513301", "513322"):
        table.account("commander", county=county)
    with table.desk.reads.begin() as connection:
        there = recipients(connection, shipped(), "command", None, "513301")
        nowhere = recipients(connection, shipped(), "command", None)

    assert [one.addresses["account"] for one in there] == ["commander", "commander513301"]
    assert [one.addresses["account"] for one in nowhere] == ["commander"]


def test_the_owner_is_the_unit_with_its_contacts(table: Table) -> None:
    two_counties(table)
    with table.desk.engine.begin() as connection:
        connection.execute(insert(CONTACT).values(unit_id="U-1", name="扎西", phone="0836-1", email="z@kd.example"))
        found = recipients(connection, shipped(), "owner", "U-1")
        nobody = recipients(connection, shipped(), "owner", None)

    assert [one.name for one in found] == ["U-1 示例局 扎西"]
    assert found[0].addresses == {"phone": "0836-1", "email": "z@kd.example"}
    assert nobody == []


def test_a_target_that_names_nothing_is_refused(table: Table) -> None:
    with table.desk.reads.begin() as connection, pytest.raises(ValueError, match="names no group"):
        recipients(connection, shipped(), "dragons", None)
