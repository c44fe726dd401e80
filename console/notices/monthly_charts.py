"""The bulletin's tables and charts, from what was written down when it was drafted: they never change by themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from analytics.posture.counties import load_counties
from console.notices.monthly_numbers import SEVERITIES, TREND, Numbers
from console.notices.monthly_words import typical_checks
from console.papers.charts import bars, trend
from console.papers.notice_paper import severity_word
from console.papers.paper import Block, Grid
from console.papers.wording import raw_wording

_MOST_BARS: Final = 8


def drawn(numbers: Numbers) -> dict[str, Any]:
    """The numbers of every table and chart as JSON values, for the draft to keep."""
    checks = typical_checks(numbers)[:_MOST_BARS]
    months = numbers.month.last(TREND)
    return {
        "隐患分级": {
            "labels": [severity_word(name) for name in SEVERITIES],
            "series": {
                "新增": [numbers.value(f"new.severity.{name}") for name in SEVERITIES],
                "月末存量": [numbers.value(f"stock.severity.{name}") for name in SEVERITIES],
            },
        },
        "隐患类型": {
            "labels": [numbers.figures[f"stock.check.{check}"].zh.partition("·")[2] for check in checks],
            "series": {"月末存量": [numbers.value(f"stock.check.{check}") for check in checks]},
        },
        "隐患趋势": {
            "labels": [f"{month.number}月" for month in months],
            "series": {
                word: [numbers.value(f"{name}.month.{month.name}") for month in months]
                for name, word in (("new", "新增"), ("closed", "销号"), ("stock", "月末存量"))
            },
        },
        "县市分布": _counties(numbers),
    }


def marks_of(data: Mapping[str, Any]) -> dict[str, Block]:
    """The blocks that stand where the bulletin's text says 【隐患趋势】 and the like."""
    kept: Mapping[str, Any] = data.get("drawn", {})
    captions = raw_wording("monthly")["captions"]
    marks: dict[str, Block] = {}
    for name, caption in (("隐患分级", "severities"), ("隐患类型", "checks")):
        if kept.get(name, {}).get("labels"):
            marks[name] = bars(kept[name]["labels"], kept[name]["series"], captions[caption])
    if "隐患趋势" in kept:
        marks["隐患趋势"] = trend(kept["隐患趋势"]["labels"], kept["隐患趋势"]["series"], captions["trend"])
    if kept.get("县市分布"):
        header = tuple(raw_wording("monthly")["counties_header"])
        rows = tuple(tuple(map(str, row)) for row in kept["县市分布"])
        marks["县市分布"] = Grid(header, rows, caption=captions["counties"])
    return marks


def _counties(numbers: Numbers) -> list[list[str | int]]:
    rows: list[list[str | int]] = []
    for county in load_counties():
        counts = [numbers.value(f"{name}.county.{county.code}") for name in ("new", "closed", "returned", "stock")]
        if any(counts):
            rows.append([county.zh, *counts])
    return rows
