"""Turning a template into a page: who looks, which language, which numbers stand in the rail."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from importlib.resources import files
from typing import Any, Final

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, PrefixLoader, StrictUndefined
from markupsafe import Markup
from sqlalchemy import select

from console.accounts.tables import ACCOUNT
from console.accounts.viewer import Viewer
from console.exercise.state import current
from console.web import levels, moments
from console.web.clocks import nearest_clock
from console.web.counts import live_counts, sensor_count
from console.web.desk import Desk, desk
from console.web.i18n import language_of, mark, translator
from console.web.sizes import size_words
from sensors.contract.batch import time_of

THEMES: Final = ("system", "light", "dark")
FEATURES: Final = (
    *("web", "accounts", "alerts", "audit", "desk", "exercise", "findings", "health", "incidents", "intelligence"),
    *("notices", "notify", "papers", "province", "response", "search", "sites", "wall"),
)

# heading, then (address, words, permission, name of its live number)
NAV: Final[tuple[tuple[str | None, tuple[tuple[str, str, str, str | None], ...]], ...]] = (
    (
        None,
        (
            ("/", mark("工作台"), "self", None),
            ("/alerts", mark("告警"), "alerts.read", "alerts"),
            ("/incidents", mark("事件"), "incidents.read", "incidents"),
            ("/findings", mark("隐患"), "findings.read", "findings"),
        ),
    ),
    (
        mark("处置"),
        (
            ("/response", mark("响应与预案"), "response.read", "runs"),
            ("/notices", mark("通报整改"), "notices.read", "notices"),
            ("/province", mark("上报与指令"), "province.read", "province"),
            ("/messages", mark("通知消息"), "response.read", None),
        ),
    ),
    (
        mark("底数"),
        (
            ("/sites", mark("单位与网站"), "sites.read", None),
            ("/intelligence", mark("威胁情报"), "intelligence.read", None),
            ("/search", mark("原始数据"), "events.read", None),
            ("/wall", mark("态势大屏"), "wall.read", None),
        ),
    ),
    (
        mark("系统"),
        (
            ("/health", mark("运行状况"), "health.read", None),
            ("/audit", mark("审计"), "audit.read", None),
            ("/accounts", mark("账号"), "accounts.manage", None),
            ("/exercise", mark("演练"), "exercise.manage", None),
        ),
    ),
)


def environment() -> Environment:
    """The templates of all features; what a template does not get fails loudly, and everything is escaped."""
    root = files("console")
    loader = PrefixLoader({name: FileSystemLoader(str(root / name / "templates")) for name in FEATURES})
    pages = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    pages.globals.update(
        Markup=Markup,
        size_words=size_words,
        level_shape=levels.level_shape,
        level_word=levels.level_word,
        state_word=levels.state_word,
        time_of=time_of,
        pretty=pretty,
    )
    return pages


def page(request: Request, who: Viewer | None, template: str, /, status: int = 200, **context: Any) -> HTMLResponse:
    """Render a template such as "alerts/queue.html" for whoever looks."""
    here = desk(request)
    now = here.clock()
    language = who.language if who else language_of(request)
    values = words_of(language, now) | {
        "who": who,
        "csrf": who.csrf if who else "",
        "now": now,
        "path": request.url.path,
        "theme": _theme(request),
        "exercise": _exercise(here),
        "person": _people(here),
        "asset": request.app.state.assets.url,
        "nav": lambda: _nav(here, who, context.get("path", request.url.path)),
        "bar": lambda: _bar(here, who, now),
        **context,
    }
    pages: Environment = request.app.state.pages
    return HTMLResponse(pages.get_template(template).render(values), status_code=status)


def words_of(language: str, now: datetime) -> dict[str, Callable[..., Any] | str]:
    """What every template says things with, in this language."""
    return {
        "_": translator(language),
        "language": language,
        "either": lambda zh, en: (en or zh) if language == "en" else (zh or en),
        "moment": lambda at: moments.when(at, now, language),
        "span": lambda length: moments.span(length, language),
        "clock_state": lambda due, met=None: moments.clock_state(due, now, met),
        "clock_words": lambda due, met=None: moments.clock_words(due, now, language, met),
        "local": lambda at, shape="%m-%d %H:%M": at.astimezone(moments.SHANGHAI).strftime(shape),
    }


def _people(here: Desk) -> Callable[[str | None], str]:
    """Names people by their name instead of their login; who has no account stays as written. Read at first use."""
    names: dict[str, str] = {}

    def named(login: str | None) -> str:
        if not names:
            with here.reads.begin() as connection:
                rows = connection.execute(select(ACCOUNT.c.login, ACCOUNT.c.name))
                names.update({row.login: row.name for row in rows})
        return names.get(login or "", login or "")

    return named


def _exercise(here: Desk) -> str | None:
    """The name of the exercise that runs: it stands across the frame."""
    with here.reads.begin() as connection:
        running = current(connection)
    return running.name if running else None


def _theme(request: Request) -> str:
    wish = request.cookies.get("theme", "system")
    return wish if wish in THEMES else "system"


def _nav(here: Desk, who: Viewer | None, path: str) -> list[dict[str, Any]]:
    """The rail: what the viewer may open, with live numbers, and where they are."""
    if who is None:
        return []
    with here.reads.begin() as connection:
        counts = live_counts(connection, who)
    groups = []
    for heading, entries in NAV:
        links = [
            {
                "href": href,
                "words": words,
                "count": counts.get(number) if number else None,
                "here": path == href or (href != "/" and path.startswith(f"{href}/")),
            }
            for href, words, permission, number in entries
            if who.may(permission)
        ]
        if links:
            groups.append({"heading": heading, "links": links})
    return groups


def _bar(here: Desk, who: Viewer | None, now: datetime) -> dict[str, Any]:
    """The bar: the clock that hurts first, and how many sensors are heard."""
    if who is None:
        return {"clock": None, "sensors": None}
    with here.reads.begin() as connection:
        return {
            "clock": nearest_clock(connection, who, now),
            "sensors": sensor_count(connection, now) if who.may("health.read") else None,
        }


def macros(pages: Environment, template: str, names: Iterable[str]) -> Callable[[Mapping[str, Any]], dict[str, str]]:
    """Macros of a template as a function: from values to the markup of each, for parts that change by themselves."""

    def draw(values: Mapping[str, Any]) -> dict[str, str]:
        drawn: Any = pages.get_template(template).make_module(dict(values))
        return {name: str(getattr(drawn, name)()) for name in names}

    return draw


def pretty(document: Any) -> str:
    """A document as indented JSON, for reading."""
    return json.dumps(document, ensure_ascii=False, indent=1, default=str)
