"""Sending again."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from analytics.lifecycle import IllegalMove, Unknown
from console.notify.tables import DELIVERY
from console.notify.tell import Message, Recipient, tell
from console.notify.use_cases import resend
from tests.console.deskside import Table
from tests.console.response.test_levels import LEAD


def test_what_was_called_off_or_is_not_there_is_not_sent_again(table: Table) -> None:
    with table.desk.engine.begin() as connection:
        number = tell(connection, Message("a", "clock", Recipient("扎西"), "x", "y", "z"), table.clock())
        connection.execute(update(DELIVERY).values(state="void"))
    with pytest.raises(IllegalMove):
        resend(table.desk, LEAD, number)
    with pytest.raises(Unknown):
        resend(table.desk, LEAD, 99)
