"""The lab at work: the farm stands, the sites' history is handed in and learned, the night is told, the page falls."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

import orjson
from analytics.store.parquet import ParquetStore
from analytics.store.store import Page, Query
from sensors.flow.capture import read_capture
from sqlalchemy import Engine

from analytics.data_folder import DataFolder
from analytics.ml.fit import fit_all
from analytics.ml.learn import LearningSettings
from lab.capture import access_log, write_capture
from lab.farm import running
from lab.site import LabSite, load_sites
from lab.story import VICTIM, Exchange, connections, exchanges, history
from sensors.contract.batch import EventBatch, time_text
from sensors.contract.segment import put
from sensors.emit.spool import Spool

HISTORY_DAYS: Final = 10
A_DAY: Final = 90
WITH_HISTORY: Final = 8
_LOOK: Final = 0.5

Say = Callable[[str], None]


class Lab:
    """One run of the lab on a data folder; what was told already is not told again."""

    def __init__(self, data: DataFolder, engine: Engine, clock: Callable[[], datetime], say: Say) -> None:
        self._data = data
        self._engine = engine
        self._clock = clock
        self._say = say
        self._folder = data.root / "lab"
        self._store = ParquetStore(data.events)
        self._sites = load_sites()

    async def run(self, stop: asyncio.Event) -> None:
        """Stand until `stop`; tell the story once."""
        async with running(self._sites, self._folder, self._clock()) as farm:
            self._note("stands", f"{len(self._sites)} 个模拟网站已就绪")
            telling = asyncio.create_task(self._tell(farm.switch))
            ended = asyncio.create_task(stop.wait())
            await asyncio.wait({telling, ended}, return_when=asyncio.FIRST_COMPLETED)
            if telling.done():
                telling.result()
                await ended
            telling.cancel()

    async def _tell(self, switch: Callable[[str, str], None]) -> None:
        if not self._told("night"):
            self._history()
            await self._until(self._drained)
            await asyncio.to_thread(self._learn)
            await asyncio.to_thread(self._night)
            self._mark("night")
        await self._until(self._has_baseline)
        switch(VICTIM, "defaced")
        self._mark("defaced")
        self._note("defaced", f"{VICTIM} 的首页刚刚被替换")

    def _history(self) -> None:
        if self._told("history"):
            return
        spool = Spool(self._data.inbox, "history")
        end = self._clock() - timedelta(hours=2)
        for site in self._with_history():
            spool.put(log_batch(history(site, end, HISTORY_DAYS, A_DAY), f"{site.host}.log"))
        self._mark("history")
        self._note("history", f"{WITH_HISTORY} 个网站过去 {HISTORY_DAYS} 天的访问日志已入库")

    def _with_history(self) -> Sequence[LabSite]:
        return self._sites[:WITH_HISTORY]

    def _learn(self) -> None:
        learned = fit_all(self._engine, self._store, self._data.models, self._clock(), LearningSettings())
        self._note("learned", f"已从访问日志学得 {sum(hasattr(one, 'threshold') for one in learned)} 个网站的常态")

    def _night(self) -> None:
        end = self._clock()
        victim = next(site for site in self._sites if site.id == VICTIM)
        told = exchanges(self._sites, end)
        capture = self._folder / "night.pcap"
        write_capture(capture, told, connections(victim, end))
        (self._folder / "night.log").write_text(access_log(told), encoding="utf-8")
        spool = Spool(self._data.inbox, "span")
        for batch in read_capture([capture], sensor="span"):
            if isinstance(batch, EventBatch) and len(batch):
                spool.put(batch)
        self._note("night", "今夜一小时的流量已由流量探针读完")

    def _drained(self) -> bool:
        return not any(self._data.inbox.glob("history-*.arrow"))

    def _has_baseline(self) -> bool:
        now = self._clock()
        text = f'gongga.check.id:"content/tamper" AND gongga.check.result:pass AND gongga.site.id:{VICTIM}'
        query = Query(text, now - timedelta(hours=1), now + timedelta(minutes=1), ("probe.content",))
        return bool(self._store.search(query, Page(1)).rows)

    async def _until(self, holds: Callable[[], bool]) -> None:
        async for _ in ticks(_LOOK):
            if await asyncio.to_thread(holds):
                return

    def _told(self, step: str) -> bool:
        return (self._folder / f"{step}.told").exists()

    def _mark(self, step: str) -> None:
        put(self._folder, f"{step}.told", time_text(self._clock()).encode())

    def _note(self, step: str, text: str) -> None:
        now = self._clock()
        put(self._folder, "story.json", orjson.dumps({"at": time_text(now), "step": step, "text": text}))
        self._say(f"{now:%H:%M:%S} {text}")


async def ticks(seconds: float) -> AsyncIterator[None]:
    """Now, and then every so many seconds, for ever."""
    while True:
        yield
        await asyncio.sleep(seconds)


def log_batch(told: Iterable[Exchange], file: str) -> EventBatch:
    """Exchanges as the events an access log of them gives."""
    rows = list(told)
    parts = [one.target.partition("?") for one in rows]
    return EventBatch.from_columns(
        "log.web",
        {
            "@timestamp": [one.at for one in rows],
            "event.kind": ["event"] * len(rows),
            "source.ip": [one.source for one in rows],
            "http.request.method": [one.method for one in rows],
            "http.response.status_code": [one.status for one in rows],
            "http.response.body.bytes": [one.size for one in rows],
            "http.version": ["1.1"] * len(rows),
            "url.original": [one.target for one in rows],
            "url.path": [part[0] for part in parts],
            "url.query": [part[2] or None for part in parts],
            "url.domain": [one.site.host for one in rows],
            "user_agent.original": [one.agent for one in rows],
            "log.file.path": [file] * len(rows),
            "gongga.log.line": list(range(1, len(rows) + 1)),
        },
    )
