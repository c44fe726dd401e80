"""What waits for this viewer in the other features, as lines of the workbench."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from console.accounts.viewer import Viewer
from console.desk.lines import Todo
from console.intelligence.todo import shares_todo
from console.notices.todo import todo as notices_todo
from console.notify.todo import messages_todo
from console.province.todo import todo as province_todo
from console.response.level_todo import calls_todo
from console.response.todo import run_todo

__all__ = ["ASKED", "Todo", "todo"]

# One function a feature, asked in this order.
ASKED: Final[Sequence[Callable[[Connection, Viewer, datetime], Sequence[Todo]]]] = (
    calls_todo,
    messages_todo,
    run_todo,
    province_todo,
    notices_todo,
    shares_todo,
)


def todo(connection: Connection, who: Viewer, now: datetime) -> list[Todo]:
    """Everything that waits for the viewer, what ends first in front."""
    found = [one for ask in ASKED for one in ask(connection, who, now)]
    return sorted(found, key=lambda one: (one.due is None, one.due or now))
