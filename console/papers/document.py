"""A paper from plain JSON values: what `gongga notice render FILE.json` reads, and what samples are kept as."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any, Final
from zoneinfo import ZoneInfo

import yaml

from console.papers.charts import bars, trend
from console.papers.notice_paper import NoticeValues, Weakness, notice_paper
from console.papers.paper import Block, Grid, Paper
from console.papers.report_paper import KINDS as REPORTS
from console.papers.report_paper import report_of
from console.papers.wording import KINDS, NOTICES, REPORT

CHINA: Final = ZoneInfo("Asia/Shanghai")
_MOMENTS: Final = ("sign_by", "rectify_by", "feedback_by")
_DAYS: Final = ("on", "printed_on")
# The editor's own words instead of the wording's.
_OWN: Final = ("title", "text")
_SHOWN: Final = ("charts", "grids")


def paper_from(document: Mapping[str, Any]) -> Paper:
    """The paper of a document. ValueError says what is missing, unknown or of the wrong kind."""
    kind = document.get("kind")
    if kind in REPORTS:
        return report_of(document)
    if kind not in NOTICES:
        raise ValueError(f"there is no kind of document {kind!r}; one of {', '.join((*NOTICES, *REPORTS))}")
    plain = dict(document)
    own = {name: str(plain.pop(name)) for name in _OWN if name in plain}
    marks = _marks(plain.pop("charts", {}), plain.pop("grids", {}))
    _known(plain, NoticeValues)
    try:
        values = NoticeValues(
            **{name: value for name, value in plain.items() if name not in (*_MOMENTS, *_DAYS)}
            | {name: _moment(plain[name]) for name in _MOMENTS if name in plain}
            | {name: _day(plain[name]) for name in _DAYS if name in plain}
            | {"cc": tuple(map(str, plain.get("cc", ()))), "more": tuple(dict(plain.get("more", {})).items())}
            | {"weaknesses": tuple(map(_weakness, plain.get("weaknesses", ()))), "attachments": ()}
        )
    except TypeError as error:
        raise ValueError(f"this is no {kind} document: {error}") from error
    return notice_paper(values, own.get("title"), own.get("text"), marks)


@cache
def sample(kind: str) -> Paper:
    """A paper of a kind about nobody real. KeyError for an unknown kind."""
    if kind not in KINDS:
        raise KeyError(kind)
    samples = yaml.safe_load((files("playbooks") / "notices" / "samples.yml").read_text("utf-8"))
    return paper_from(_as_json(samples[REPORT if kind == REPORT else kind]))


def _marks(charts: Mapping[str, Any], grids: Mapping[str, Any]) -> dict[str, Block]:
    """Charts and tables by the marks that stand for them in the text."""
    marks: dict[str, Block] = {}
    try:
        for name, grid in grids.items():
            rows = tuple(tuple(map(str, row)) for row in grid["rows"])
            marks[name] = Grid(tuple(grid["header"]), rows, caption=str(grid.get("caption", "")))
        for name, chart in charts.items():
            draw = {"trend": trend, "bars": bars}[chart["as"]]
            marks[name] = draw(chart["labels"], chart["series"], str(chart.get("caption", "")))
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"a chart has as, labels and series, a grid header and rows: {error}") from error
    return marks


def _weakness(entry: object) -> Weakness:
    if not isinstance(entry, Mapping):
        raise ValueError(f"a weakness is an object with title, severity, site and location, not {entry!r}")
    _known(entry, Weakness)
    plain = dict(entry)
    times = {name: _moment(plain.pop(name)) for name in ("found_at", "tested_at") if name in plain}
    try:
        return Weakness(**{name: str(value) for name, value in plain.items()}, **times)  # type: ignore[arg-type]
    except TypeError as error:
        raise ValueError(f"a weakness has title, severity, site and location: {error}") from error


def _known(entry: Mapping[str, Any], kind: type) -> None:
    names = [field.name for field in fields(kind)]
    for name in entry:
        if name not in names:
            raise ValueError(f"there is no field {name!r}; known are {', '.join((*names, *_OWN, *_SHOWN))}")


def _moment(value: object) -> datetime | None:
    """A moment; one without a zone is by China's clock."""
    if value in (None, ""):
        return None
    at = datetime.fromisoformat(str(value))
    return at if at.tzinfo else at.replace(tzinfo=CHINA)


def _day(value: object) -> date | None:
    return date.fromisoformat(str(value)) if value else None


def _as_json(value: Any) -> Any:
    """YAML's own dates as text again."""
    if isinstance(value, Mapping):
        return {name: _as_json(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_as_json(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value
