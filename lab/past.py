"""The sites' past as events: what the sensors would have seen and the servers written down in the days before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Final

from lab.site import LabSite
from lab.story import VICTIM, Exchange, history
from sensors.contract.batch import EventBatch

DAYS: Final = 10
A_DAY: Final = 90
# Sites whose traffic was seen on the mirror port, and those of which only the access log was handed in.
WATCHED: Final = (VICTIM, "gz-001", "kd-002", "ld-005", "lh-012", "dg-016")
LOGGED: Final = ("jl-009", "dc-024")
# Watched for three days only: too little to learn from, and the platform says so.
YOUNG: Final = ("kd-004",)
YOUNG_DAYS: Final = 3


def past(sites: Iterable[LabSite], end: datetime) -> Iterator[EventBatch]:
    """The days before `end`, a batch for each site with a past."""
    for site in sites:
        if site.id in WATCHED:
            yield seen(history(site, end, DAYS, A_DAY))
        elif site.id in YOUNG:
            yield seen(history(site, end, YOUNG_DAYS, A_DAY))
        elif site.id in LOGGED:
            yield logged(history(site, end, DAYS, A_DAY), f"{site.host}.log")


def seen(told: Iterable[Exchange]) -> EventBatch:
    """Exchanges as the flow sensor saw them."""
    rows = list(told)
    columns: dict[str, Any] = {
        **_shared(rows),
        "source.port": [20000 + number % 40000 for number in range(len(rows))],
        "destination.ip": [one.site.inner for one in rows],
        "destination.port": [80] * len(rows),
        "network.transport": ["tcp"] * len(rows),
        "network.type": ["ipv4"] * len(rows),
        "http.request.body.bytes": [len(one.body) for one in rows],
        "gongga.http.request.body": [one.body or None for one in rows],
        "gongga.http.server": ["nginx"] * len(rows),
    }
    return EventBatch.from_columns("http", columns)


def logged(told: Iterable[Exchange], file: str) -> EventBatch:
    """Exchanges as the lines of the server's access log."""
    rows = list(told)
    columns: dict[str, Any] = {
        **_shared(rows),
        "log.file.path": [file] * len(rows),
        "gongga.log.line": list(range(1, len(rows) + 1)),
    }
    return EventBatch.from_columns("log.web", columns)


def _shared(rows: list[Exchange]) -> dict[str, Any]:
    parts = [one.target.partition("?") for one in rows]
    return {
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
    }
