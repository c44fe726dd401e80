"""The jobs that run beside the desk, over dramatiq. What is due is in the folder and the database, never in the broker:
a lost queue costs a delay, not a job."""

from __future__ import annotations

import importlib
import json
import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, Generic, Protocol, TypeVar

import dramatiq
from dramatiq import Broker, Worker
from dramatiq.brokers.stub import StubBroker
from sqlalchemy import Engine

from analytics.data_folder import DataFolder
from analytics.intake.hits import prune_hits
from analytics.intake.sweep import Sweeper
from sensors.contract.batch import time_of, time_text
from sensors.contract.segment import put

_LOG: Final = logging.getLogger(__name__)
QUEUE: Final = "gongga"
TICK: Final = 0.25
THREADS: Final = 2
# Events are kept a year, as 互联网政务应用安全管理规定 第20条 asks.
EVENTS_KEPT: Final = timedelta(days=365)
PARTS_KEPT: Final = timedelta(days=1)


class Keeps(Protocol):
    """The part of the event store that looks after itself."""

    def compact(self) -> Any: ...
    def expire(self, before: datetime) -> Any: ...


class Clocked(Protocol):
    """What any jobs work on: at least a clock."""

    @property
    def clock(self) -> Callable[[], datetime]: ...


W = TypeVar("W", bound=Clocked)


@dataclass(frozen=True, slots=True)
class Work:
    """What the jobs of analytics work on."""

    data: DataFolder
    engine: Engine
    store: Keeps
    sweeper: Sweeper
    fit: Callable[[datetime], object]
    roll_up: Callable[[datetime], object]
    tally: Callable[[datetime], object]
    # As long as the longest window of any correlation, and a while for segments that arrive late.
    hits_kept: timedelta
    clock: Callable[[], datetime]
    stopped: Callable[[], bool]


def take(work: Work) -> None:
    """Take the segments in the inbox."""
    work.sweeper.sweep(work.stopped)


def regrade(work: Work) -> None:
    """Propose grades anew where time alone raises them."""
    intake, now = work.sweeper.intake, work.clock()
    with work.engine.begin() as connection:
        intake.correlator.regrade(connection, intake.inventory(connection), now)


def compact(work: Work) -> None:
    """Join the store's small files."""
    work.store.compact()


def expire(work: Work) -> None:
    """Delete events that were kept long enough."""
    work.store.expire(work.clock() - EVENTS_KEPT)


def prune(work: Work) -> None:
    """Forget old hits, and parts of files whose writer died."""
    now = work.clock()
    with work.engine.begin() as connection:
        prune_hits(connection, now - work.hits_kept)
    for folder in (work.data.inbox, work.data.quarantine):
        for part in folder.glob(".*.part"):
            if now.timestamp() - part.stat().st_mtime > PARTS_KEPT.total_seconds():
                part.unlink(missing_ok=True)


def fit(work: Work) -> None:
    """Learn the sites' usual anew."""
    work.fit(work.clock())


def roll_up(work: Work) -> None:
    """Count anew what screens show of each site's day."""
    work.roll_up(work.clock())


def tally(work: Work) -> None:
    """Count what is open and what the days brought, for the big screen."""
    work.tally(work.clock())


@dataclass(frozen=True, slots=True)
class Job(Generic[W]):
    """Something done again and again; in a new installation at once, or first after a period."""

    every: timedelta
    run: Callable[[W], None]
    at_once: bool = True


JOBS: Final[Mapping[str, Job[Work]]] = {
    "take": Job(timedelta(seconds=0.5), take),
    "regrade": Job(timedelta(minutes=1), regrade),
    "roll_up": Job(timedelta(minutes=1), roll_up),
    "tally": Job(timedelta(seconds=10), tally),
    "compact": Job(timedelta(minutes=30), compact, at_once=False),
    "expire": Job(timedelta(hours=6), expire),
    "prune": Job(timedelta(hours=1), prune),
    "fit": Job(timedelta(hours=24), fit, at_once=False),
}


BROKERS: Final = {
    "redis": "dramatiq.brokers.redis:RedisBroker",
    "rediss": "dramatiq.brokers.redis:RedisBroker",
    "amqp": "dramatiq.brokers.rabbitmq:RabbitmqBroker",
    "amqps": "dramatiq.brokers.rabbitmq:RabbitmqBroker",
}


def open_broker(url: str | None) -> Broker:
    """The broker of a URL: `redis://…`, `amqp://…`; without one, queues in this process. ValueError for another."""
    if url is None:
        return StubBroker(middleware=[])
    scheme = url.partition("://")[0]
    if scheme in BROKERS:
        module, name = BROKERS[scheme].split(":")
        opened: Broker = getattr(importlib.import_module(module), name)(url=url, middleware=[])
        return opened
    raise ValueError(f"broker {url!r}: use redis://HOST, amqp://HOST, or none for queues in this process")


@dataclass(slots=True)
class Diary:
    """When each job was last finished, kept in the data folder so that a restart neither forgets nor repeats."""

    path: Path
    _at: dict[str, datetime] = field(default_factory=dict)
    _kept: dict[str, str] = field(default_factory=dict)

    def read(self) -> None:
        """Read what was kept; a damaged diary is an empty one."""
        try:
            kept = json.loads(self.path.read_text("utf-8"))
            self._at = {str(name): time_of(at) for name, at in kept.items()}
            self._kept = {str(name): str(at) for name, at in kept.items()}
        except FileNotFoundError:
            self._at = {}
        except (ValueError, AttributeError, TypeError) as error:
            _LOG.warning("%s cannot be read (%s); every job counts as due", self.path.name, error)
            self._at = {}

    def due(self, name: str, job: Job[W], now: datetime) -> bool:
        """Whether a job's period is over."""
        last = self._at.get(name)
        if last is None:
            if job.at_once:
                return True
            self._at[name] = now
            return False
        # A clock that was set back must not stop the jobs until it has caught up.
        return not last <= now < last + job.every

    def note(self, name: str, job: Job[W], now: datetime) -> None:
        """Write down that a job is done; jobs that run every few moments are not worth the disk."""
        self._at[name] = now
        if job.every >= timedelta(minutes=10):
            self._kept[name] = time_text(now)
            put(self.path.parent, self.path.name, json.dumps(self._kept).encode())


@dataclass(slots=True)
class Scheduler(Generic[W]):
    """Sends each due job to the broker once, and runs what comes back from it."""

    work: W
    broker: Broker
    diary: Diary
    jobs: Mapping[str, Job[W]]
    # Processes with other jobs share a broker under other names.
    queue: str = QUEUE
    _flying: dict[str, datetime] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def run(self, stop: threading.Event) -> None:
        """Work until `stop`."""
        self.diary.read()
        actor = dramatiq.actor(actor_name="job", queue_name=self.queue, broker=self.broker)(self.perform)
        worker = Worker(self.broker, worker_timeout=100, worker_threads=THREADS)
        worker.start()
        try:
            while not stop.wait(TICK):
                for name in self.departing(self.work.clock()):
                    actor.send(name)
        finally:
            worker.stop()

    def departing(self, now: datetime) -> list[str]:
        """The jobs to send now; one that is under way is sent again only when it seems lost."""
        with self._lock:
            names = [
                name
                for name, job in self.jobs.items()
                if not self._is_flying(name, job, now) and self.diary.due(name, job, now)
            ]
            self._flying |= dict.fromkeys(names, now)
            return names

    def perform(self, name: str) -> None:
        """Run a job by its name; a failure is logged and the job is due again after its period."""
        job = self.jobs.get(name)
        if job is None:
            _LOG.error("there is no job %r; known: %s", name, ", ".join(self.jobs))
            return
        try:
            job.run(self.work)
        except Exception:
            # The worker's loop: one failing job must not stop the others.
            _LOG.exception("job %s failed; it runs again in %s", name, job.every)
        with self._lock:
            self._flying.pop(name, None)
            self.diary.note(name, job, self.work.clock())

    def _is_flying(self, name: str, job: Job[W], now: datetime) -> bool:
        sent = self._flying.get(name)
        # Another machine may have taken it, and died: after so long it is sent again, and meeting itself does no harm.
        return sent is not None and now - sent < max(10 * job.every, timedelta(hours=1))
