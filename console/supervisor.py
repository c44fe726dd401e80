"""The process tree of `gongga up`: starts the parts, starts them again when they die, stops them together."""

from __future__ import annotations

import signal
import subprocess
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final

FIRST_WAIT: Final = 1.0
LONGEST_WAIT: Final = 30.0
GRACE: Final = 15.0


@dataclass(frozen=True, slots=True)
class Part:
    """One process: its name, which is also its log file's, and its command line."""

    name: str
    command: tuple[str, ...]


@dataclass(slots=True)
class _Running:
    part: Part
    process: subprocess.Popen[bytes]
    started: float
    deaths: int = 0


@dataclass(slots=True)
class Supervisor:
    """Keeps parts running. `clock` gives seconds that never go back, `say` tells the person at the terminal."""

    logs: Path
    clock: Callable[[], float]
    say: Callable[[str], None]
    _stop: threading.Event = field(default_factory=threading.Event)
    _running: dict[str, _Running] = field(default_factory=dict)
    _due: dict[str, float] = field(default_factory=dict)

    def start(self, parts: Sequence[Part]) -> None:
        """Start these parts beside those running."""
        self.logs.mkdir(parents=True, exist_ok=True)
        for part in parts:
            self._running[part.name] = _Running(part, self._spawn(part), self.clock())

    def stop(self) -> None:
        """Ask `watch` to stop everything; safe in a signal handler."""
        self._stop.set()

    def watch(self) -> None:
        """Look after the parts until `stop`; then end them, politely first."""
        while not self._stop.wait(0.25):
            self.tend()
        self._end()

    def tend(self) -> None:
        """One look: note who died, start again who is due."""
        now = self.clock()
        for name, running in self._running.items():
            if running.process.poll() is None:
                if running.deaths and now - running.started > LONGEST_WAIT:
                    running.deaths = 0
                continue
            if name not in self._due:
                running.deaths += 1
                pause = min(FIRST_WAIT * 2 ** (running.deaths - 1), LONGEST_WAIT)
                self._due[name] = now + pause
                self.say(
                    f"{name} ended with status {running.process.returncode}; starting it again in {pause:.0f} s "
                    f"(its last words: {self.logs / (name + '.log')})"
                )
            elif now >= self._due[name]:
                del self._due[name]
                running.process, running.started = self._spawn(running.part), now

    def pids(self) -> dict[str, int]:
        """Process ids of the parts that run, by name."""
        return {name: one.process.pid for name, one in self._running.items() if one.process.poll() is None}

    def _spawn(self, part: Part) -> subprocess.Popen[bytes]:
        with self._log(part.name) as log:
            return subprocess.Popen(
                part.command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
            )

    def _log(self, name: str) -> IO[bytes]:
        return (self.logs / f"{name}.log").open("ab")

    def _end(self) -> None:
        alive = [one.process for one in self._running.values() if one.process.poll() is None]
        for process in alive:
            process.send_signal(signal.SIGTERM)
        until = self.clock() + GRACE
        for process in alive:
            try:
                process.wait(timeout=max(0.1, until - self.clock()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
