"""The process tree of `gongga up`."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

from console.supervisor import Part, Supervisor


def until(condition: Callable[[], bool], supervisor: Supervisor) -> None:
    """Tend until the condition holds; fail after twenty seconds."""
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end, "waited twenty seconds in vain"
        supervisor.tend()


def test_a_part_that_dies_is_started_again_and_said_so(tmp_path: Path) -> None:
    said: list[str] = []
    marks = tmp_path / "marks"
    script = f"open({str(marks)!r}, 'a').write('x'); print('last words')"
    supervisor = Supervisor(tmp_path / "log", time.monotonic, said.append)

    supervisor.start([Part("short", (sys.executable, "-c", script))])
    until(lambda: marks.exists() and len(marks.read_text()) >= 2, supervisor)
    supervisor.stop()
    supervisor.watch()

    assert "short ended with status 0" in said[0]
    assert "last words" in (tmp_path / "log" / "short.log").read_text()


def test_stopping_ends_every_part(tmp_path: Path) -> None:
    supervisor = Supervisor(tmp_path / "log", time.monotonic, print)
    sleeper = (sys.executable, "-c", "import signal; signal.pause()")

    supervisor.start([Part("one", sleeper), Part("two", sleeper)])
    assert set(supervisor.pids()) == {"one", "two"}
    supervisor.stop()
    supervisor.watch()

    assert supervisor.pids() == {}
