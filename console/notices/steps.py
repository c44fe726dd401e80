"""The one thing to do next with a notice, for whoever looks, and what else they may do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from console.accounts.viewer import Viewer
from console.notices.lifecycle import MOVES, NEEDS, OUT, PRESSURE, REASONED, WITH_UNIT
from console.notices.pressing import clock_of, proposed
from console.notices.queries import Dossier
from console.notices.settling import unanswered
from console.web.i18n import mark


@dataclass(frozen=True, slots=True)
class Steps:
    """What stands in the frame: a heading, a sentence, the leading acts, and quieter ones behind them."""

    heading: str
    says: str
    lead: Sequence[str]
    others: Sequence[str]
    reasoned: frozenset[str] = REASONED
    clock: tuple[str, datetime] | None = None


_WAITS: Final = {
    "draft": (mark("下一步 · 审核"), mark("核对隐患、建议和时限；拟稿人不能审核本人的稿件。")),
    "reviewed": (mark("下一步 · 签发"), mark("已审核；签发人与拟稿人、审核人必须是不同的人。")),
    "signed": (mark("下一步 · 下发"), mark("下发时编号、生成单位的一次性链接并发送，时限从此刻计算。")),
    "issued": (mark("等待单位签收"), mark("未签收可以提醒；没有联系方式的，可重新生成链接当面交付。")),
    "received": (mark("等待单位整改"), mark("单位已签收。")),
    "rectifying": (mark("等待单位整改"), mark("单位正在整改。")),
    "returned": (mark("等待单位重新整改"), mark("复测或核查未通过，已退回。")),
    "reopened": (mark("反弹 · 等待单位重新整改"), mark("销号后同一隐患再次出现。")),
    "feedback": (mark("下一步 · 复测"), mark("单位已反馈。由探针复测所通报的隐患，复测通过才能销号。")),
    "retesting": (mark("复测中"), mark("探针正在复测，结果自动写入；全部通过即销号。")),
    "suspended": (mark("已暂停计时"), mark("恢复后时限顺延。")),
    "closed": (mark("已销号"), mark("九十天内再次发现同一隐患，本通报将重新打开。")),
    "withdrawn": (mark("已撤销"), mark("如需再次通报，请重新拟稿。")),
}
_LEADS: Final = {
    "draft": ("reviewed",),
    "reviewed": ("signed",),
    "signed": ("issued",),
    "feedback": ("retesting",),
    "suspended": ("resumed",),
}


def steps_for(connection: Connection, told: Dossier, who: Viewer, now: datetime) -> Steps:
    """The next step of a notice for this viewer; acts that they may not do, or not yet, are not offered."""
    row = told.row
    heading, says = _WAITS[row.state]
    lead = list(_LEADS.get(row.state, ()))
    untested = not any(one.state == "open" for one in told.findings)
    if row.state == "feedback" and untested:
        lead, says = ["closed"], mark("单位已反馈。没有可由探针复测的隐患，请核查反馈后销号。")
    if row.extension_state == "requested":
        lead, heading, says = ["granted", "refused"], mark("下一步 · 决定是否延期"), mark("单位申请延长整改时限。")
    if unanswered(connection, row, now):
        lead, says = ["retesting", "returned"], mark("复测没有得到结果，请核实探针和网站后再次安排，或退回单位。")
    pressing = proposed(row, now)
    if pressing:
        lead, says = [pressing], mark("单位逾期未办。系统建议加压一步，由您决定。")
    offered = [to for to in lead if who.may(NEEDS[to]) and _is_another(told, who, to)]
    others = [to for to in _others(told) if to not in lead and who.may(NEEDS[to])]
    return Steps(heading, says, offered, others, clock=clock_of(row))


def _is_another(told: Dossier, who: Viewer, to: str) -> bool:
    """Whether this person may do it after what they did before: who wrote does not review, who reviewed not sign."""
    before = {"reviewed": told.row.authors, "signed": [*told.row.authors, told.row.reviewed_account]}
    return who.account_id not in before.get(to, ())


def _others(told: Dossier) -> list[str]:
    row = told.row
    found: list[str] = [to for to in ("returned", "draft", "suspended", "withdrawn") if to in MOVES[row.state]]
    if row.state == "feedback":
        found.insert(0, "retesting")
    if row.state in OUT and (row.state in WITH_UNIT or row.state == "issued"):
        found += [to for to in PRESSURE[row.pressure] if to not in ("none", "overdue")]
    return found
