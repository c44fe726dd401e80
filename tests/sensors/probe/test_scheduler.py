"""What is due is run, failures are retried, results are handed over before they are forgotten."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sensors.contract.batch import EventBatch
from sensors.contract.orders import Order, lay_down
from sensors.probe.due import DueStore
from sensors.probe.ordered import take_orders
from sensors.probe.scheduler import Scheduler
from sensors.probe.scope import Scope
from sensors.probe.settings import ProbeSettings
from sensors.probe.store import open_state
from tests.probe_values import SETTINGS, home, means, scope, serving

AVAILABILITY = replace(SETTINGS, families=("availability",))


class Bench:
    """A scheduler over a state folder, with a clock that is moved by hand."""

    def __init__(self, folder: Path, given: Scope | None, settings: ProbeSettings = AVAILABILITY) -> None:
        self.now = datetime.now(UTC)
        self.got: list[EventBatch] = []
        self.emit: Callable[[EventBatch], None] = self.got.append
        self.connection = open_state(folder)
        self.due = DueStore(self.connection)
        wired = means(given, settings, self.connection, now=lambda: self.now)
        self.scheduler = Scheduler(wired, self.due, lambda: given, self._take, lambda: 0.5)

    def _take(self, batch: EventBatch) -> None:
        self.emit(batch)

    async def tick(self, **later: float) -> list[str]:
        """Let time pass and run what is due; the results it came to."""
        self.now += timedelta(**later)
        self.got.clear()
        self.scheduler.start_due()
        await self.scheduler.settled()
        return [result for batch in self.got for result in batch.column("gongga.check.result")]


async def test_a_check_is_run_when_due_and_planned_again(tmp_path: Path) -> None:
    async with serving(home()) as site:
        bench = Bench(tmp_path, scope(site.port))

        assert await bench.tick() == ["pass"]
        assert await bench.tick(seconds=1) == []
        assert await bench.tick(minutes=2) == ["pass"]
    bench.connection.close()


async def test_due_times_survive_a_restart(tmp_path: Path) -> None:
    async with serving(home()) as site:
        first = Bench(tmp_path, scope(site.port))
        await first.tick()
        first.connection.close()
        second = Bench(tmp_path, scope(site.port))

        assert await second.tick(seconds=1) == []
        assert len(second.due.planned()) == 1
        second.connection.close()


async def test_a_failure_is_claimed_only_after_its_retries(tmp_path: Path) -> None:
    async with serving("x") as site:
        port = site.port
    bench = Bench(tmp_path, scope(port))
    found = [*await bench.tick(), *await bench.tick(seconds=20), *await bench.tick(seconds=60)]

    assert found == ["unknown", "unknown", "fail"]
    bench.connection.close()


async def test_when_the_canaries_are_silent_too_nobody_is_blamed(tmp_path: Path) -> None:
    async with serving("x") as site:
        port = site.port
    settings = replace(AVAILABILITY, canaries=(f"http://127.0.0.1:{port}/",), retry_delays=())
    bench = Bench(tmp_path, scope(port), settings)

    assert await bench.tick() == ["unknown"]
    bench.connection.close()


async def test_nothing_is_sent_for_a_site_that_was_withdrawn(tmp_path: Path) -> None:
    async with serving(home()) as site:
        Bench(tmp_path, scope(site.port)).connection.close()
        bench = Bench(tmp_path, None)

        assert await bench.tick() == []
        assert site.asked == []
    bench.connection.close()


async def test_work_that_was_announced_raises_no_alarm(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    window = {"from": (now - timedelta(hours=1)).isoformat(), "until": (now + timedelta(hours=1)).isoformat()}
    async with serving("x") as site:
        port = site.port
    bench = Bench(tmp_path, scope(port, maintenance=[window]), replace(AVAILABILITY, retry_delays=()))

    assert await bench.tick() == ["unknown"]
    bench.connection.close()


async def test_results_that_cannot_be_stored_are_kept_and_the_round_stays_open(tmp_path: Path) -> None:
    async with serving(home()) as site:
        bench = Bench(tmp_path, scope(site.port))

        def full(batch: EventBatch) -> None:
            raise OSError(28, "No space left on device")

        bench.emit = full
        await bench.tick()
        bench.emit = bench.got.append
        bench.scheduler.hand_over(at_once=True)

        assert [batch.column("gongga.check.result") for batch in bench.got] == [["pass"]]
    bench.connection.close()


async def test_an_order_is_run_at_once_and_only_its_check(tmp_path: Path) -> None:
    async with serving({"/": home(), "/.git/config": "[core]\n"}) as site:
        bench = Bench(tmp_path, scope(site.port))
        bench.due.order("s-1", "exposure/git", "/.git/config", bench.now)
        found = await bench.tick()

        assert found.count("fail") == 1
        assert bench.due.orders() == []
    bench.connection.close()


async def test_an_order_of_the_platform_is_answered_in_its_own_round(tmp_path: Path) -> None:
    box = tmp_path / "orders"
    box.mkdir()
    async with serving({"/": home()}) as site:
        bench = Bench(tmp_path, scope(site.port))
        bench.scheduler.look_for_orders = lambda: take_orders(box, bench.due)
        lay_down(Order("rt-9", "s-1", "exposure/git", "/.git/config", bench.now), box)
        await bench.tick()

        [answer] = [batch for batch in bench.got if batch.dataset == "probe.exposure"]
        assert answer.column("gongga.check.round") == ["retest/rt-9"]
        assert answer.column("gongga.check.result") == ["pass"]
        assert answer.column("gongga.check.location") == ["/.git/config"]
    bench.connection.close()
