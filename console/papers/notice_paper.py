"""A notice as a paper: plain values and the editor's text in, a document out. No database, no layout."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from console.papers.paper import Attachment, Block, Grid, Paper, chinese_date
from console.papers.text import blocks_of, tidied
from console.papers.wording import fill, fill_lines, load_wording, words

CHINA: Final = ZoneInfo("Asia/Shanghai")
_GRAVEST_FIRST: Final = ("critical", "high", "medium", "low")


@dataclass(frozen=True, slots=True)
class Weakness:
    """One finding as a notice tells it."""

    title: str
    severity: str
    site: str
    location: str
    found_at: datetime | None = None
    advice: str = ""
    impact: str = ""
    # of a re-test: "passed", "failed", "waived", and when
    result: str = ""
    tested_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NoticeValues:
    """All that a notice's text and head are made of. Whatever is empty is not said."""

    kind: str
    unit: str
    issuer: str
    weaknesses: tuple[Weakness, ...] = ()
    # 发文字号 and 成文日期: a draft has neither
    number: str = ""
    on: date | None = None
    sign_by: datetime | None = None
    rectify_by: datetime | None = None
    feedback_by: datetime | None = None
    contact: str = ""
    phone: str = ""
    # whom a letter of supervision goes to: the unit's superior
    superior: str = ""
    # what was sent before: "《关于……的通报》（甘网安通〔2026〕3号）"
    earlier: str = ""
    # the law an order rests on, as a whole sentence
    basis: str = ""
    impact: str = ""
    advice: str = ""
    cc: tuple[str, ...] = ()
    serial: str = ""
    secrecy: str = ""
    urgency: str = ""
    printed_on: date | None = None
    attachments: tuple[Attachment, ...] = ()
    exercise: str | None = None
    # further fields of the wording, such as those of the monthly bulletin
    more: tuple[tuple[str, str], ...] = ()


def draft_title(values: NoticeValues) -> str:
    """The title that the kind's wording proposes."""
    return fill(load_wording(values.kind).title, fields_of(values))


def draft_text(values: NoticeValues) -> str:
    """The text that the kind's wording proposes, one paragraph a line, for an editor to change."""
    return tidied(fill_lines(load_wording(values.kind).text, fields_of(values)))


def notice_paper(
    values: NoticeValues,
    title: str | None = None,
    text: str | None = None,
    marks: Mapping[str, Block] | None = None,
) -> Paper:
    """The paper of a notice, with the editor's title and text, or with those the wording proposes.

    A line that is only 【隐患清单】 or 【复测结果】 becomes the table of the weaknesses; `marks` brings more of them.
    """
    wording, fields = load_wording(values.kind), fields_of(values)
    body = draft_text(values) if text is None else text
    return Paper(
        kind=values.kind,
        title=draft_title(values) if title is None else title,
        red_head=fill(wording.red_head, fields),
        number=values.number,
        serial=values.serial,
        secrecy=values.secrecy,
        urgency=values.urgency,
        to=tuple(filter(None, (fill(wording.to, fields),))),
        blocks=blocks_of(body, {**grids_of(values.weaknesses), **(marks or {})}),
        attachments=values.attachments,
        issuer=values.issuer,
        on=values.on,
        note=wording.note,
        cc=values.cc,
        printed_by=values.issuer,
        printed_on=values.printed_on or values.on,
        exercise=values.exercise,
    )


def fields_of(values: NoticeValues) -> dict[str, str]:
    """Every field that a notice's wording may name."""
    weaknesses = values.weaknesses
    gravest = min((weakness.severity for weakness in weaknesses), key=_gravity, default="")
    return {
        "unit": values.unit,
        "superior": values.superior or values.unit,
        "issuer": values.issuer,
        "sites": "、".join(_each_once(f"“{weakness.site}”" for weakness in weaknesses if weakness.site)),
        "weaknesses": "、".join(_each_once(weakness.title for weakness in weaknesses)),
        "count": str(len(weaknesses)) if weaknesses else "",
        "severity": severity_word(gravest) if gravest else "",
        "impact": values.impact or _listed(weakness.impact for weakness in weaknesses),
        "advice": values.advice or _listed(weakness.advice for weakness in weaknesses),
        "passed": _counted(weaknesses, "passed", "waived"),
        "failed": _counted(weaknesses, "failed"),
        "sign_by": moment(values.sign_by),
        "rectify_by": moment(values.rectify_by),
        "feedback_by": moment(values.feedback_by),
        "contact": values.contact,
        "phone": values.phone,
        "earlier": values.earlier,
        "basis": values.basis,
        **dict(values.more),
    }


def grids_of(weaknesses: tuple[Weakness, ...]) -> dict[str, Block]:
    """The tables that a notice's text may call for by their marks."""
    if not weaknesses:
        return {}
    found, tested = words()["grids"]["隐患清单"], words()["grids"]["复测结果"]
    places = [f"{one.site}\n{one.location}" if one.location else one.site for one in weaknesses]
    listed = [
        (str(number), one.title, severity_word(one.severity), place, _in_table(one.found_at))
        for number, (one, place) in enumerate(zip(weaknesses, places, strict=True), 1)
    ]
    results = [
        (str(number), one.title, place, _in_table(one.tested_at), words()["results"].get(one.result, "—"))
        for number, (one, place) in enumerate(zip(weaknesses, places, strict=True), 1)
    ]
    return {
        "隐患清单": Grid(tuple(found["header"]), tuple(listed), tuple(found["widths"])),
        "复测结果": Grid(tuple(tested["header"]), tuple(results), tuple(tested["widths"])),
    }


def severity_word(severity: str) -> str:
    """超危, 高危, 中危, 低危; an unknown key stands as it is."""
    return str(words()["severities"].get(severity, severity))


def moment(at: datetime | None) -> str:
    """2026年11月28日18时, by China's clock, minutes only where there are any; empty without a moment."""
    if at is None:
        return ""
    here = at.astimezone(CHINA)
    return f"{chinese_date(here.date())}{here.hour}时" + (f"{here.minute}分" if here.minute else "")


def _in_table(at: datetime | None) -> str:
    """The day, and the time below it."""
    here = at.astimezone(CHINA) if at else None
    return f"{chinese_date(here.date())}\n{here:%H:%M}" if here else ""


def _gravity(severity: str) -> int:
    return _GRAVEST_FIRST.index(severity) if severity in _GRAVEST_FIRST else len(_GRAVEST_FIRST)


def _counted(weaknesses: tuple[Weakness, ...], *results: str) -> str:
    count = sum(weakness.result in results for weakness in weaknesses)
    return str(count) if count else ""


def _each_once(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(text for text in texts if text))


def _listed(texts: Iterable[str]) -> str:
    """One text as it is, several as numbered lines."""
    known = _each_once(texts)
    return known[0] if len(known) == 1 else "\n".join(f"（{number}）{text}" for number, text in enumerate(known, 1))
