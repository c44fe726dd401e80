"""One night's traffic as a script: who asked what of which site, when, and what was answered.

The hour of the story ends at the moment it is written for; the replaced home page happens live, after it.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from lab.site import LabSite

VICTIM: Final = "kd-003"
ATTACKER: Final = "203.0.113.77"
CONTROLLER: Final = "198.51.100.23"
GATEWAY: Final = "10.0.0.1"
BACKUP: Final = "198.51.100.200"
UPDATES: Final = "192.0.2.80"
# Names that the story's servers look up before they connect.
NAMES: Final = {
    CONTROLLER: "sync.night-owl.example",
    BACKUP: "vault.backup.example",
    UPDATES: "mirror.updates.example",
}
NAME_SERVER: Final = "10.0.0.53"
SCANNED_PATHS: Final = 212
SCRIPT_REQUESTS: Final = 17
BEACON_MINUTES: Final = 41
SEED: Final = 513300
_SCAN: Final = timedelta(minutes=2)
_TRIES: Final = timedelta(minutes=13)
_DROP: Final = timedelta(minutes=1)
_FRESH: Final = timedelta(minutes=10)
_BROWSERS: Final = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
    "Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0",
)
_CRAWLER: Final = "Mozilla/5.0 (compatible; ExampleSpider/2.0; +http://spider.example/)"
_SCANNER: Final = "python-requests/2.32"
_SCAN_FOLDERS: Final = ("admin", "backup", "upload", "data", "manage", "old", "test", "config", "db", "api", "static")
_SCAN_NAMES: Final = (
    "config.bak",
    "dump.sql",
    "web.zip",
    "login.do",
    ".git/HEAD",
    "install.lock",
    "readme.txt",
    "shell.jsp",
    "db.mdb",
    "conf.yml",
    "index.bak",
    "phpinfo.php",
    "console",
    "status",
    "debug",
    "env",
    "server.xml",
    "id_rsa",
    "users.csv",
    "log.txt",
)


@dataclass(frozen=True, slots=True)
class Exchange:
    """One HTTP request and its answer."""

    at: datetime
    source: str
    site: LabSite
    method: str
    target: str
    status: int
    size: int
    agent: str
    body: str = ""


@dataclass(frozen=True, slots=True)
class Connection:
    """One outbound TCP connection that carries a few bytes each way."""

    at: datetime
    source: str
    destination: str
    port: int


@dataclass(frozen=True, slots=True)
class Lookup:
    """One name asked for, and its address."""

    at: datetime
    source: str
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens in the story, in words."""

    id: str
    at: datetime
    zh: str
    en: str


def exchanges(sites: Sequence[LabSite], end: datetime) -> list[Exchange]:
    """Every HTTP exchange of the hour before `end`, in order of time."""
    chance = random.Random(SEED)
    victim = next(site for site in sites if site.id == VICTIM)
    begin = end - timedelta(minutes=60)
    told = [*_ordinary(sites, begin, end, 360, chance), *_crawl(sites, begin), *_attack(victim, begin)]
    return sorted(told, key=lambda one: one.at)


def history(site: LabSite, end: datetime, days: int, a_day: int) -> list[Exchange]:
    """So many days of ordinary requests to one site before `end`, in order of time."""
    chance = random.Random(f"{SEED}-{site.id}")
    begin = end - timedelta(days=days)
    return sorted(_ordinary([site], begin, end, days * a_day, chance), key=lambda one: one.at)


def connections(victim: LabSite, end: datetime) -> list[Connection]:
    """The victim's beacon, and what only looks like one: a gateway's backup and an update poll."""
    chance = random.Random(SEED + 1)
    told = [
        Connection(minute + timedelta(seconds=chance.uniform(-2, 2)), victim.inner, CONTROLLER, 443)
        for minute in _minutes(end, BEACON_MINUTES)
    ]
    told += [Connection(minute, GATEWAY, BACKUP, 443) for minute in _minutes(end, BEACON_MINUTES)]
    told += [Connection(end - timedelta(minutes=minutes), "10.0.3.2", UPDATES, 443) for minutes in (50, 20)]
    return sorted(told, key=lambda one: one.at)


def lookups(connected: Sequence[Connection]) -> list[Lookup]:
    """The names that were asked for shortly before each connection, as long as no answer to the asker was fresh."""
    told: list[Lookup] = []
    fresh: dict[tuple[str, str], datetime] = {}
    for one in connected:
        known = fresh.get((one.source, one.destination))
        if known is None or one.at - known >= _FRESH:
            fresh[one.source, one.destination] = one.at
            asked = one.at - timedelta(milliseconds=40)
            told.append(Lookup(asked, one.source, NAMES[one.destination], one.destination))
    return told


def steps(end: datetime) -> list[Step]:
    """What the hour before `end` tells, in order; the replaced page follows live."""
    scan = end - timedelta(minutes=60) + _SCAN
    drop = scan + _TRIES + _DROP
    return [
        Step(
            "scan",
            scan,
            f"{ATTACKER} 扫描 {VICTIM}，{SCANNED_PATHS} 个不存在的路径",
            "a scan of paths that are not there",
        ),
        Step("exploit", scan + _TRIES, "注入与路径穿越尝试", "SQL injection and path traversal are tried"),
        Step("upload", drop, "向 /upload/ 提交文件，返回 200", "a file is posted to /upload/"),
        Step(
            "script",
            drop + timedelta(seconds=20),
            "请求 /upload/2026/x.jsp，返回 200",
            "the script under /upload/ is asked",
        ),
        Step(
            "beacon",
            end - timedelta(seconds=20 + 60 * (BEACON_MINUTES - 1)),
            f"服务器每分钟连接 {CONTROLLER}，持续 {BEACON_MINUTES} 分钟",
            f"the server calls {CONTROLLER} every minute",
        ),
    ]


def _minutes(end: datetime, count: int) -> Iterator[datetime]:
    for number in range(count):
        yield end - timedelta(seconds=20 + 60 * (count - 1 - number))


def _ordinary(
    sites: Sequence[LabSite], begin: datetime, end: datetime, count: int, chance: random.Random
) -> Iterator[Exchange]:
    span = (end - begin).total_seconds()
    for _ in range(count):
        at = begin + timedelta(seconds=chance.uniform(0, span))
        site, source = chance.choice(sites), f"192.0.2.{chance.randrange(1, 60)}"
        method, target, body, status = _visit(chance)
        yield Exchange(at, source, site, method, target, status, chance.randrange(900, 9000), _agent(chance), body)


def _visit(chance: random.Random) -> tuple[str, str, str, int]:
    kind = chance.randrange(12)
    if kind == 0:
        return "GET", "/favicon.ico", "", 404
    if kind == 1:
        return (
            "POST",
            "/message/save.jsp",
            f"name=user{chance.randrange(90)}&text=suggestion+{chance.randrange(900)}",
            200,
        )
    if kind in (2, 3):
        return "GET", f"/upload/2026/{chance.randrange(60)}.jpg", "", 200
    if kind in (4, 5):
        return (
            "GET",
            f"/search.jsp?q={chance.choice(('notice', 'guide', 'tender', 'policy'))}&page={chance.randrange(5)}",
            "",
            200,
        )
    if kind in (6, 7, 8):
        return "GET", f"/list.jsp?id={chance.randrange(1, 40)}", "", 200
    return "GET", "/" if kind == 9 else f"/news/{chance.randrange(8)}.html", "", 200


def _agent(chance: random.Random) -> str:
    return chance.choice(_BROWSERS)


def _crawl(sites: Sequence[LabSite], begin: datetime) -> Iterator[Exchange]:
    for number in range(120):
        at = begin + timedelta(seconds=25 * number)
        target = f"/news/{number % 8}.html"
        yield Exchange(at, "203.0.113.200", sites[number % len(sites)], "GET", target, 200, 2100, _CRAWLER)


def _attack(victim: LabSite, begin: datetime) -> Iterator[Exchange]:
    scan = begin + _SCAN
    for number in range(SCANNED_PATHS):
        folder = _SCAN_FOLDERS[number % len(_SCAN_FOLDERS)]
        target = f"/{folder}/{_SCAN_NAMES[number // len(_SCAN_FOLDERS)]}"
        yield Exchange(scan + timedelta(seconds=3.5 * number), ATTACKER, victim, "GET", target, 404, 162, _SCANNER)
    tries = scan + _TRIES
    for number, target in enumerate(
        (
            "/list.jsp?id=7%27%20UNION%20SELECT%20username,password%20FROM%20users--",
            "/search.jsp?q=../../../../etc/passwd&page=1",
            "/list.jsp?id=7%20AND%20SLEEP(5)",
        )
    ):
        yield Exchange(tries + timedelta(seconds=5 * number), ATTACKER, victim, "GET", target, 500, 310, _SCANNER)
    drop = tries + _DROP
    form = "filename=x.jsp&content=%3C%25...%25%3E"
    yield Exchange(drop, ATTACKER, victim, "POST", "/upload/save.do", 200, 48, _SCANNER, form)
    for number in range(SCRIPT_REQUESTS):
        at = drop + timedelta(seconds=20 + 50 * number)
        yield Exchange(at, ATTACKER, victim, "GET", "/upload/2026/x.jsp", 200, 120 + number, _SCANNER)
