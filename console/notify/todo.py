"""Messages that do not leave the house, as a line of the workbench."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, func, select

from console.accounts.viewer import Viewer
from console.desk.lines import Todo
from console.notify.queries import visible
from console.notify.tables import DELIVERY

# So long may a message wait before somebody should look.
PATIENCE: Final = timedelta(minutes=5)


def messages_todo(connection: Connection, who: Viewer, now: datetime) -> Sequence[Todo]:
    """One line while messages wait that no channel takes, and one for those that were given up."""
    if not who.may("response.work"):
        return ()
    found = []
    waiting = (DELIVERY.c.state == "waiting", DELIVERY.c.created_at <= now - PATIENCE)
    failed = (DELIVERY.c.state == "failed", DELIVERY.c.created_at > now - timedelta(days=3))
    untried = waiting[0], DELIVERY.c.attempts == 0, DELIVERY.c.created_at <= now - PATIENCE
    counts = [
        connection.execute(select(func.count()).select_from(DELIVERY).where(visible(who), *which)).scalar_one()
        for which in (untried, waiting, failed)
    ]
    if counts[0]:
        zh = f"未配置通知渠道或渠道不可用：{counts[0]} 条消息没有发出，请电话通知"
        found.append(Todo(zh, f"No channel takes {counts[0]} messages; telephone instead", "/messages?state=waiting"))
    elif counts[1]:
        zh = f"{counts[1]} 条消息仍在重试发送"
        found.append(Todo(zh, f"{counts[1]} messages are still being tried", "/messages?state=waiting"))
    if counts[2]:
        zh = f"{counts[2]} 条消息未送达，请电话通知"
        found.append(Todo(zh, f"{counts[2]} messages were not delivered; telephone instead", "/messages?state=failed"))
    return found
