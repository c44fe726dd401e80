"""The platform's processes under a test's own hand: any of them can be killed at any moment and is started again."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from console.supervisor import Part


@dataclass
class Processes:
    """Processes by name, each with its log in a folder."""

    logs: Path
    parts: dict[str, Part] = field(default_factory=dict)
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, part: Part) -> None:
        """Start a process; one that was stopped is started by its part again."""
        self.parts[part.name] = part
        with (self.logs / f"{part.name}.log").open("ab") as log:
            self.running[part.name] = subprocess.Popen(
                part.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )

    def kill(self, name: str) -> None:
        """SIGKILL in the middle of whatever it does, and start it again."""
        process = self.running.pop(name)
        process.kill()
        process.wait()
        self.start(self.parts[name])

    def stop(self, name: str) -> None:
        """End a process politely."""
        process = self.running.pop(name)
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def dead(self) -> list[str]:
        """Processes that ended by themselves."""
        return [name for name, process in self.running.items() if process.poll() is not None]


@contextmanager
def processes(logs: Path, parts: Sequence[Part]) -> Iterator[Processes]:
    """These processes, until the block ends."""
    logs.mkdir(parents=True, exist_ok=True)
    these = Processes(logs)
    try:
        for part in parts:
            these.start(part)
        yield these
    finally:
        for process in these.running.values():
            process.send_signal(signal.SIGTERM)
        for name in list(these.running):
            these.stop(name)
