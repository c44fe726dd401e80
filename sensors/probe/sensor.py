"""The probe as a whole: the scheduled sensor, and one round now."""

from __future__ import annotations

import asyncio
import logging
import random
import secrets
import sqlite3
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from sensors.contract.batch import EventBatch
from sensors.probe.baseline import BaselineStore
from sensors.probe.checks import CHECKS
from sensors.probe.context import Means, Visit
from sensors.probe.due import DueStore, round_name
from sensors.probe.exposure.load import shipped_rules
from sensors.probe.fetch import Fetcher
from sensors.probe.gate import Gate
from sensors.probe.handshake import Prober
from sensors.probe.ordered import take_orders
from sensors.probe.outcome import FAIL, Outcome, Run, batches
from sensors.probe.rate import Politeness
from sensors.probe.resolve import Resolver
from sensors.probe.scheduler import Scheduler
from sensors.probe.scope import Refusal, Scope, ScopeError, SiteScope, load_scope
from sensors.probe.settings import ProbeSettings
from sensors.probe.store import memory_state, open_state
from sensors.probe.vocabulary import shipped

_LOG: Final = logging.getLogger(__name__)


@dataclass(slots=True)
class ScopeFile:
    """A scope file that is read again when it changes. While it is not valid there is no scope, and nothing leaves."""

    path: Path
    key: bytes | None
    now: Callable[[], datetime]
    _seen: tuple[int, int, int] | None = None
    _scope: Scope | None = field(default=None)

    def current(self) -> Scope | None:
        """The scope in force."""
        try:
            found = self.path.stat()
        except OSError as error:
            if self._seen != (0, 0, 0):
                _LOG.error("scope %s cannot be read, probing stops: %s", self.path, error.strerror)
            self._seen, self._scope = (0, 0, 0), None
            return None
        mark = (found.st_mtime_ns, found.st_size, found.st_ino)
        if mark != self._seen:
            self._seen = mark
            try:
                self._scope = load_scope(self.path, self.key)
            except ScopeError as error:
                _LOG.error("%s; probing stops until it is mended", error)
                self._scope = None
        return self._scope


def means_of(scope: Callable[[], Scope | None], connection: sqlite3.Connection, settings: ProbeSettings) -> Means:
    """Everything a check needs, wired together."""
    timeout = settings.timeout.total_seconds()
    resolver = Resolver(settings.name_servers, settings.dns_timeout.total_seconds())
    politeness = Politeness(
        settings.requests_per_second, settings.connections_per_address, time.monotonic, asyncio.sleep
    )
    gate = Gate(scope, resolver, politeness, _now)
    words = shipped()
    return Means(
        fetcher=Fetcher(gate, settings, words.guard),
        prober=Prober(gate, timeout, settings.ca_file),
        resolver=resolver,
        baselines=BaselineStore(connection),
        words=words,
        rules=shipped_rules(),
        settings=settings,
        now=_now,
        sleep=asyncio.sleep,
        token=lambda: secrets.token_hex(8),
    )


async def run(
    scope: Scope | Path,
    state: Path,
    emit: Callable[[EventBatch], None],
    settings: ProbeSettings,
    stop: asyncio.Event,
    scope_key: bytes | None = None,
    orders: Path | None = None,
) -> None:
    """Watch the sites of a scope until `stop` is set. A scope file is checked with `scope_key` (PEM) and read again
    when it changes. Re-tests that the platform orders are taken from the folder `orders`. ScopeError when the scope is
    not valid to begin with."""
    current: Callable[[], Scope | None]
    if isinstance(scope, Path):
        load_scope(scope, scope_key)
        current = ScopeFile(scope, scope_key, _now).current
    else:
        current = partial(_given, scope)
    connection = open_state(state)
    try:
        means = means_of(current, connection, settings)
        due = DueStore(connection)
        look = partial(take_orders, orders, due) if orders else _none
        await Scheduler(means, due, current, emit, random.SystemRandom().random, look).run(stop)
    finally:
        connection.close()


async def once(urls: Sequence[str], scope: Scope, settings: ProbeSettings, emit: Callable[[EventBatch], None]) -> int:
    """Run every family of the settings on these addresses now; returns how many results were definite. ScopeError, and
    nothing sent, when the scope does not name one of them."""
    entries = [entry_for(url, scope, _now()) for url in urls]
    connection = memory_state()
    try:
        means = means_of(lambda: scope, connection, settings)
        definite = 0
        for entry in entries:
            for family in settings.families:
                started = _now()
                name = round_name(entry.site, family, started.timestamp())
                outcomes = await _asked(Visit(entry, means), family)
                run_of = Run(entry.site, entry.unit, scope.id, name, 1, started, _now())
                for batch in batches((run_of, outcome) for outcome in outcomes):
                    emit(batch)
                definite += sum(outcome.result != "unknown" for outcome in outcomes)
        return definite
    finally:
        connection.close()


def entry_for(url: str, scope: Scope, at: datetime) -> SiteScope:
    """The scope's entry for an address, with that address as its home page. ScopeError when there is none."""
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError as error:
        raise ScopeError(f"{url!r} is no address: {error}") from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ScopeError(f"{url!r} is no http or https address; give one such as http://www.example.gov.cn/")
    asked = scope.allows(parts.hostname, None, port, at)
    if isinstance(asked, Refusal):
        raise ScopeError(f"{url} is not asked: {asked.reason}")
    return replace(asked.site, urls=(url,))


async def _asked(visit: Visit, family: str) -> list[Outcome]:
    outcomes = await CHECKS[family](visit)
    for delay in visit.means.settings.retry_delays if family == "availability" else ():
        if outcomes[0].result != FAIL:
            break
        await visit.means.sleep(delay.total_seconds())
        outcomes = await CHECKS[family](visit)
    return outcomes


def _none() -> None:
    """Nobody orders anything."""


def _given(scope: Scope) -> Scope:
    return scope


def _now() -> datetime:
    return datetime.now(UTC)
