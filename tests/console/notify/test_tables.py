"""The tables of messages."""

from __future__ import annotations

from console.notify.tables import DELIVERY, DELIVERY_ATTEMPT


def test_a_message_is_known_by_its_key() -> None:
    assert DELIVERY.c.key.unique
    assert not DELIVERY.c.key.nullable
    assert {key.column.table.name for key in DELIVERY_ATTEMPT.foreign_keys} == {"delivery"}
