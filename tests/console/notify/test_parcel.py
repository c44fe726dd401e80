"""Messages as they leave the house."""

from __future__ import annotations

import json

from sqlalchemy import select

from console.exercise.state import start
from console.notify.links import PLACE, token_of
from console.notify.parcel import document, parcel_of
from console.notify.tables import DELIVERY
from console.notify.tell import Message, Recipient, tell
from tests.console.deskside import Table


def test_the_link_stands_in_its_place_and_an_exercise_says_so_first(table: Table) -> None:
    key = b"k" * 32
    message = Message("call-1", "callout", Recipient("扎西"), "到岗", f"请点 {PLACE}", "incident 2026-0001")
    with table.desk.engine.begin() as connection:
        start(connection, "演练", "lead", table.clock())
        tell(connection, message, table.clock())
        row = connection.execute(select(DELIVERY)).one()
    parcel = parcel_of(row, "http://desk.test", key)

    assert parcel.subject == "【演练】到岗"
    assert parcel.text == f"【演练】\n请点 http://desk.test/a/{token_of(key, 'call-1')}"
    assert json.loads(json.dumps(document(parcel)))["exercise"] is True
