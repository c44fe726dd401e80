"""A worker that works off an inbox and kills itself at one moment of it: `python -m tests.killed_worker FOLDER MOMENT`.

A moment is a file opened, renamed or removed, or a statement, commit or new beginning in the database, as Python sees
it. The last line of stdout is how many moments there were.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import event

from analytics.bootstrap import build_intake
from analytics.data_folder import DataFolder
from analytics.intake.sweep import Sweeper
from tests.factories import at

WATCHED = ("open", "os.rename", "os.remove")


class Moments:
    """Counts moments and ends the process, unasked, at one of them."""

    def __init__(self, last: int, root: Path) -> None:
        self.count = 0
        self.last = last
        self.root = str(root)
        self.armed = False

    def pass_one(self) -> None:
        if not self.armed:
            return
        self.count += 1
        if self.count == self.last:
            os.kill(os.getpid(), signal.SIGKILL)

    def audit(self, name: str, args: tuple[Any, ...]) -> None:
        if name in WATCHED and str(args[0]).startswith(self.root):
            self.pass_one()


def listener(moments: Moments) -> Callable[..., None]:
    return lambda *_args, **_named: moments.pass_one()


def main(root: Path, last: int) -> None:
    intake = build_intake(DataFolder(root), clock=lambda: at(3600))
    moments = Moments(last, root)
    sys.addaudithook(moments.audit)
    for name in ("before_cursor_execute", "after_cursor_execute", "commit"):
        event.listen(intake.engine, name, listener(moments))
    moments.armed = True
    Sweeper(intake).sweep()
    moments.armed = False
    intake.engine.dispose()
    sys.stdout.write(f"{moments.count}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
