"""The lab at work: the farm stands, the sites' past is handed in and learned, the night is told, the page falls."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Engine

from analytics.data_folder import DataFolder
from analytics.db import reader
from analytics.intake.receive import receive
from analytics.ml.fit import fit_all
from analytics.ml.learn import LearningSettings
from analytics.ml.profile import Profile
from analytics.store.parquet import ParquetStore
from analytics.store.store import Page, Query
from console.office.settings import load_office
from console.web.desk import Desk
from lab.farm import running
from lab.past import DAYS, past
from lab.people import COMMANDER, Colleagues
from lab.site import load_sites
from lab.story import VICTIM, steps
from lab.telling import Telling
from sensors.contract.batch import time_text
from sensors.emit.spool import Spool

PAST: Final = "past"
SPAN: Final = "span"
_LOOK: Final = 0.5
# How long what was reviewed waits for the pretend commander's signature.
_SIGNS: Final = 2.0


class LabError(RuntimeError):
    """The lab cannot go on; the sentence says why."""


class Lab:
    """One run of the lab on a data folder; what was told already is not told again."""

    def __init__(
        self, data: DataFolder, engine: Engine, clock: Callable[[], datetime], say: Callable[[str], None]
    ) -> None:
        self._data = data
        self._engine = engine
        self._clock = clock
        self._folder = data.root / "lab"
        self._story = Telling(self._folder, clock, say)
        self._store = ParquetStore(data.events)
        self._sites = load_sites()
        self._desk = Desk(
            engine=engine,
            reads=reader(engine),
            store=self._store,
            data=data,
            clock=clock,
            receive=lambda content, name: receive(data, engine, content, name),
            office=load_office(data.root),
        )

    async def run(self, stop: asyncio.Event) -> None:
        """Stand until `stop`; tell the story once."""
        async with running(self._sites, self._folder, self._clock()) as farm:
            count = len(self._sites)
            self._story.note("stands", f"{count} 个模拟网站已就绪", f"{count} pretend sites stand")
            telling = asyncio.create_task(self._tell(farm.switch))
            ended = asyncio.create_task(stop.wait())
            try:
                await asyncio.wait({telling, ended}, return_when=asyncio.FIRST_COMPLETED)
                if telling.done():
                    telling.result()
                    await ended
            finally:
                await _cancel(telling, ended)

    async def _tell(self, switch: Callable[[str, str], None]) -> None:
        if not self._story.has("night"):
            end = self._clock()
            forging = asyncio.create_task(self._forge(end))
            try:
                await self._learn_the_past()
                await forging
            finally:
                await _cancel(forging)
            self._hand_over()
            self._story.told(steps(end))
            self._story.mark("night")
        if not self._story.has("defaced"):
            await self._until(self._has_baseline)
            switch(VICTIM, "defaced")
            self._story.mark("defaced")
            self._story.note("defaced", f"{VICTIM} 的首页刚刚被替换", f"the home page of {VICTIM} was just replaced")
        await self._work()

    async def _work(self) -> None:
        """The pretend colleagues do their part, once; the rest is for whoever sits down at the desk."""
        cast = Colleagues(self._desk)
        await self._until(cast.are_welcome)
        await asyncio.to_thread(cast.take_seats)
        await self._until(cast.have_their_case)
        for act in cast.acts():
            if not self._story.has(act.id):
                await asyncio.to_thread(act.do)
                self._story.mark(act.id)
                self._story.note(act.id, act.zh, act.en)
        async for _ in ticks(_SIGNS):
            for title in await asyncio.to_thread(cast.sign):
                self._story.note(
                    "signed", f"{COMMANDER.name} 签发了《{title}》", "the commander signed what was reviewed"
                )

    async def _learn_the_past(self) -> None:
        if not self._story.has(PAST):
            spool = Spool(self._data.inbox, PAST)
            batches = list(past(self._sites, self._clock() - timedelta(hours=2)))
            for batch in batches:
                spool.put(batch)
            self._story.mark(PAST)
            self._story.note(
                PAST,
                f"{len(batches)} 个网站过去 {DAYS} 天的访问记录已送入",
                f"the past {DAYS} days of {len(batches)} sites are handed in",
            )
        await self._until(self._drained)
        learned = await asyncio.to_thread(
            fit_all, self._engine, self._store, self._data.models, self._clock(), LearningSettings()
        )
        count = sum(isinstance(one, Profile) for one in learned)
        self._story.note("learned", f"已学得 {count} 个网站的常态", f"the usual of {count} sites is learned")

    async def _forge(self, end: datetime) -> None:
        """The night's traffic in a process of its own, so that the sites answer promptly meanwhile."""
        command = (sys.executable, "-m", "console", "lab", "night", "--data", str(self._data.root))
        process = await asyncio.create_subprocess_exec(*command, "--end", time_text(end))
        try:
            status = await process.wait()
        except asyncio.CancelledError:
            process.terminate()
            await process.wait()
            raise
        if status:
            raise LabError(f"the night's traffic could not be made: `gongga lab night` ended with status {status}")

    def _hand_over(self) -> None:
        for path in Spool(self._folder / "night", SPAN).pending():
            path.replace(self._data.inbox / path.name)

    def _drained(self) -> bool:
        return not any(self._data.inbox.glob(f"{PAST}-*.arrow"))

    def _has_baseline(self) -> bool:
        now = self._clock()
        text = f'gongga.check.id:"content/tamper" AND gongga.check.result:pass AND gongga.site.id:{VICTIM}'
        query = Query(text, now - timedelta(minutes=10), now + timedelta(minutes=1), ("probe.content",))
        return bool(self._store.search(query, Page(1)).rows)

    async def _until(self, holds: Callable[[], bool]) -> None:
        async for _ in ticks(_LOOK):
            if await asyncio.to_thread(holds):
                return


async def ticks(seconds: float) -> AsyncIterator[None]:
    """Now, and then every so many seconds, for ever."""
    while True:
        yield
        await asyncio.sleep(seconds)


async def _cancel(*tasks: asyncio.Task[object]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
