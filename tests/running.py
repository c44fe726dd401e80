"""The real platform as a test sees it: started by `gongga up` on the lab, watched through its records."""

from __future__ import annotations

import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Platform:
    """A running platform: its data folder, its address, and the first log-in."""

    data: Path
    url: str
    login: str
    password: str

    def rows(self, statement: str, *values: object) -> list[dict[str, Any]]:
        """What a statement finds in the records, read without disturbing the writers."""
        connection = sqlite3.connect(f"file:{self.data / 'gongga.sqlite'}?mode=ro", uri=True, timeout=30)
        try:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute(statement, values)]
        finally:
            connection.close()

    def logs(self) -> str:
        """The last words of every process."""
        parts = []
        for log in sorted((self.data / "log").glob("*.log")):
            last = log.read_text("utf-8", "replace").splitlines()[-15:]
            parts.append(f"--- {log.name}\n" + "\n".join(last))
        return "\n".join(parts)


def free_port() -> int:
    """A port of the loopback address that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(
    look: Callable[[], Found | None], what: str, seconds: float, tell: Callable[[], str] = lambda: ""
) -> Found:
    """The first thing `look` finds; after so many seconds the test fails, saying what it waited for."""
    until = time.monotonic() + seconds
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > until:
            raise AssertionError(f"{what}: not within {seconds:.0f} s\n{tell()}")
        time.sleep(0.3)


@contextmanager
def platform(data: Path, *options: str) -> Iterator[Platform]:
    """`gongga up` with these options, until the block ends; then SIGTERM, and every process is gone."""
    port = free_port()
    said = data.parent / "up.txt"
    command = [sys.executable, "-m", "console", "up", "--data", str(data), "--port", str(port), *options]
    with said.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, start_new_session=True)
    try:
        match = wait_for(
            lambda: re.search(r"name (\S+), password (\S+)", said.read_text("utf-8", "replace")),
            "the first log-in is printed",
            120,
            lambda: said.read_text("utf-8", "replace"),
        )
        yield Platform(data, f"http://127.0.0.1:{port}", match[1], match[2])
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=40)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
