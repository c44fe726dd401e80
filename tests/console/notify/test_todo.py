"""Messages that do not leave the house, on the workbench."""

from __future__ import annotations

from sqlalchemy import update

from console.notify.tables import DELIVERY
from console.notify.tell import Message, Recipient, tell
from console.notify.todo import messages_todo
from tests.console.deskside import Table
from tests.console.response.test_levels import LEAD, person


def test_what_waits_for_long_and_what_was_given_up_are_said(table: Table) -> None:
    with table.desk.engine.begin() as connection:
        tell(connection, Message("a", "clock", Recipient("扎西"), "x", "y", "z"), table.clock())
        assert messages_todo(connection, LEAD, table.clock()) == []
        table.clock.pass_by(minutes=6)
        said = messages_todo(connection, LEAD, table.clock())
        assert messages_todo(connection, person("commander"), table.clock()) == ()
        connection.execute(update(DELIVERY).values(attempts=2))
        tried = messages_todo(connection, LEAD, table.clock())
        connection.execute(update(DELIVERY).values(state="failed"))
        failed = messages_todo(connection, LEAD, table.clock())

    assert [one.zh for one in (*said, *tried, *failed)] == [
        "未配置通知渠道或渠道不可用：1 条消息没有发出，请电话通知",
        "1 条消息仍在重试发送",
        "1 条消息未送达，请电话通知",
    ]
