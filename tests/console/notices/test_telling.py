"""Who of a unit is told, and in which words."""

from __future__ import annotations

import re

from sqlalchemy import insert

from analytics.db import CONTACT
from console.notices.telling import messages, recipients
from tests.console.deskside import Table, two_counties


def test_contacts_that_can_be_reached_and_accounts_of_the_unit_are_told_else_the_unit(table: Table) -> None:
    two_counties(table)
    table.account("owner", unit="U-1")
    with table.desk.engine.begin() as connection:
        assert [one.name for one in recipients(connection, "U-2")] == ["U-2 示例局"]
        for name, phone in (("扎西", "138"), ("央金", None)):
            connection.execute(insert(CONTACT).values(unit_id="U-1", name=name, phone=phone))
        told = recipients(connection, "U-1")

    assert [(one.name, dict(one.addresses)) for one in told] == [
        ("扎西", {"phone": "138"}),
        ("测试owneru1", {"account": "owneru1"}),
    ]


def test_every_message_names_only_fields_that_are_known() -> None:
    known = {"title", "number", "office", "contact", "phone", "sign_by", "text", "clock", "due", "link", "unit"}
    for name, words in messages().items():
        if name != "clocks":
            assert set(re.findall(r"\{(\w+)\}", words["subject"] + words["text"])) <= known
