"""Who stands behind a slot."""

from __future__ import annotations

from sqlalchemy import update

from analytics.db import UNIT
from console.accounts.tables import ACCOUNT
from console.response.people import Person, holders, people_of
from console.response.slots import Contact, Slot
from tests.console.deskside import Table, two_counties


def test_contacts_come_before_accounts_and_accounts_before_the_unit(table: Table) -> None:
    two_counties(table)
    table.account("lead", login="z")
    table.account("commander", login="a")
    with table.desk.engine.begin() as connection:
        connection.execute(update(UNIT).values(phone="0836-1"))
        slot = Slot("g", "s", "席位", "org", unit="U-1", roles=("commander", "lead"), contacts=(Contact("扎西", "13"),))
        found = people_of(connection, slot, "513301")

    assert [(one.name, one.account, one.phone) for one in found] == [
        ("扎西", "", "13"),
        ("测试a", "a", ""),
        ("测试z", "z", ""),
        ("U-1 示例局", "", "0836-1"),
    ]


def test_only_who_sees_the_county_and_may_log_in_is_called(table: Table) -> None:
    two_counties(table)
    table.account("county", login="here", county="513301")
    table.account("county", login="there", county="513322")
    table.account("county", login="gone")
    with table.desk.engine.begin() as connection:
        connection.execute(update(ACCOUNT).where(ACCOUNT.c.login == "gone").values(active=False))
        assert [one.account for one in holders(connection, ["county"], "513301")] == ["here"]
        assert holders(connection, [], "513301") == []


def test_a_slot_that_nobody_is_bound_to_is_called_by_its_name(table: Table) -> None:
    with table.desk.engine.begin() as connection:
        found = people_of(connection, Slot("g", "s", "州公安局", "org"), None)

    assert found == [Person("州公安局")]
    assert found[0].recipient().addresses == {}
