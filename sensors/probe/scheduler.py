"""The scheduler: runs what is due, retries what failed, hands results over before it forgets that they were due."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any, Final

from sensors.contract.batch import EventBatch
from sensors.probe.answer import Page
from sensors.probe.checks import CHECKS
from sensors.probe.context import Means, Visit
from sensors.probe.due import Due, DueStore, Retest
from sensors.probe.liveness import SUSPECT, step
from sensors.probe.ordered import ordered
from sensors.probe.outcome import CLEAN, FAIL, UNKNOWN, Outcome, Run, batches, held
from sensors.probe.scope import Scope, SiteScope

TICK: Final = 0.2
MOST_WAITING: Final = 20_000
_LOG: Final = logging.getLogger(__name__)
_ALARMING: Final = frozenset({"availability", "dns", "content"})


@dataclass(slots=True)
class Scheduler:
    """Runs check families as they fall due until told to stop. `chance` gives a number from 0 to 1."""

    means: Means
    due: DueStore
    scope: Callable[[], Scope | None]
    emit: Callable[[EventBatch], None]
    chance: Callable[[], float]
    # Looks for orders that the platform laid down, and keeps them in `due`.
    look_for_orders: Callable[[], None] = lambda: None
    _under_way: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    _unsettled: set[str] = field(default_factory=set)
    _results: list[tuple[Run, Outcome]] = field(default_factory=list)
    _settle: list[Callable[[], None]] = field(default_factory=list)
    _waiting_since: float | None = None
    _known: frozenset[tuple[str, str]] | None = None

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set; then let go of what is under way and hand over what is done."""
        try:
            while not stop.is_set():
                self.start_due()
                self.hand_over()
                try:
                    async with asyncio.timeout(TICK):
                        await stop.wait()
                except TimeoutError:
                    continue
        finally:
            tasks = list(self._under_way.values())
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self.hand_over(at_once=True)

    def start_due(self) -> None:
        """Start what is due, orders first, as far as there is room."""
        scope, now = self.scope(), self.means.now()
        entries = scope.entries(now) if scope else {}
        self._reconcile(entries)
        if scope is None or len(self._results) > MOST_WAITING:
            return
        self.look_for_orders()
        for order in self.due.orders():
            entry = entries.get(order.site)
            if entry:
                self._start(f"order {order.id}", partial(self._retest, entry, order))
        for item in self.due.due(now.timestamp()):
            entry = entries.get(item.site)
            if entry:
                self._start(f"{item.site} {item.family}", partial(self._round, entry, item))

    async def settled(self) -> None:
        """Wait for everything under way and hand it over."""
        await asyncio.gather(*list(self._under_way.values()))
        self.hand_over(at_once=True)

    def hand_over(self, at_once: bool = False) -> None:
        """Emit waiting results when they have waited long enough; only then count their rounds as done."""
        now = self.means.now().timestamp()
        if self._waiting_since is None:
            return
        if not at_once and now - self._waiting_since < self.means.settings.batch_delay.total_seconds():
            return
        results, settle = self._results, self._settle
        try:
            for batch in batches(results):
                self.emit(batch)
        except OSError as error:
            _LOG.error("results cannot be handed over, kept for the next try: %s", error)
            self._waiting_since = now
            return
        self._results, self._settle, self._waiting_since = [], [], None
        for done in settle:
            done()

    def _reconcile(self, entries: dict[str, SiteScope]) -> None:
        wanted = frozenset((site, family) for site in entries for family in self.means.settings.families)
        if wanted != self._known:
            spread = self.means.settings.spread.total_seconds()
            now = self.means.now().timestamp()
            self.due.reconcile(wanted, lambda: now + self.chance() * spread)
            self._known = wanted

    def _start(self, name: str, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        busy = name in self._under_way or name in self._unsettled
        if busy or len(self._under_way) >= self.means.settings.concurrency:
            return
        task = asyncio.create_task(work(), name=name)
        self._under_way[name] = task
        task.add_done_callback(lambda _: self._under_way.pop(name, None))

    async def _round(self, entry: SiteScope, item: Due) -> None:
        started = self.means.now()
        outcomes = await self._check(entry, item.family, None)
        outcomes = await self._weighed(entry, item, outcomes)
        if item.family in _ALARMING and entry.in_maintenance(started):
            outcomes = [held(outcome, "维护窗口内，暂不告警") for outcome in outcomes]
        run = self._run(entry, item.round, item.attempt, started)
        self._keep(f"{item.site} {item.family}", [(run, outcome) for outcome in outcomes], lambda: self._plan(item))

    async def _retest(self, entry: SiteScope, order: Retest) -> None:
        started = self.means.now()
        family = order.check_id.partition("/")[0]
        if family not in CHECKS:
            _LOG.error("order %d names no check of ours: %s", order.id, order.check_id)
            self.due.carried_out(order.id, started.timestamp())
            return
        outcomes = await self._check(entry, family, order.check_id)
        run = self._run(entry, order.round, 1, started)
        results = [(run, outcome) for outcome in ordered(order, entry, outcomes)]
        self._keep(f"order {order.id}", results, lambda: self._carried_out(order))
        self.hand_over(at_once=True)

    async def _check(self, entry: SiteScope, family: str, only: str | None) -> list[Outcome]:
        try:
            return await CHECKS[family](Visit(entry, self.means, only))
        except Exception:
            _LOG.exception("check family %s failed on site %s", family, entry.site)
            return []

    async def _weighed(self, entry: SiteScope, item: Due, outcomes: list[Outcome]) -> list[Outcome]:
        """Availability by its states: a first failure is a suspicion, and nobody's fault when the canaries fail too."""
        if item.family != "availability" or not outcomes or outcomes[0].result not in (FAIL, CLEAN):
            return outcomes
        first = outcomes[0]
        reached = first.result == CLEAN
        if not reached and not await self._self_connected():
            return [held(first, "监测点自检地址全部不通，本轮作废")]
        settings = self.means.settings
        before = self.due.liveness(entry.site)
        after, verdict = step(before, reached, len(settings.retry_delays), settings.successes_to_recover)
        self._settle_later(lambda: self.due.stands(entry.site, after, self.means.now().timestamp()))
        if verdict == first.result:
            return outcomes
        note = "恢复待再次确认" if reached else f"第 {after.failures} 次失败，待重试确认"
        return [replace(first, result=UNKNOWN, reason=first.reason or note)]

    async def _self_connected(self) -> bool:
        canaries = self.means.settings.canaries
        for url in canaries:
            if isinstance(await self.means.fetcher.fetch(url, follow=False), Page):
                return True
        return not canaries

    def _plan(self, item: Due) -> None:
        now, settings = self.means.now().timestamp(), self.means.settings
        suspected = item.family == "availability" and self.due.liveness(item.site).state == SUSPECT
        if suspected and item.attempt <= len(settings.retry_delays):
            self.due.retry(item, now + settings.retry_delays[item.attempt - 1].total_seconds())
            return
        period = settings.period(item.family).total_seconds()
        self.due.plan(item.site, item.family, now + period * (1 + settings.jitter * (2 * self.chance() - 1)))

    def _carried_out(self, order: Retest) -> None:
        self.due.carried_out(order.id, self.means.now().timestamp())

    def _run(self, entry: SiteScope, name: str, attempt: int, started: datetime) -> Run:
        scope = self.scope()
        return Run(entry.site, entry.unit, scope.id if scope else "", name, attempt, started, self.means.now())

    def _settle_later(self, done: Callable[[], None]) -> None:
        self._settle.append(done)

    def _keep(self, name: str, results: list[tuple[Run, Outcome]], done: Callable[[], None]) -> None:
        def settle() -> None:
            done()
            self._unsettled.discard(name)

        self._unsettled.add(name)
        self._results += results
        self._settle.append(settle)
        if self._waiting_since is None:
            self._waiting_since = self.means.now().timestamp()
