"""How the states of notices are called, and what a notice waits for."""

from __future__ import annotations

from typing import Final

from console.web.i18n import mark

STATES: Final = {
    "draft": mark("拟稿"),
    "reviewed": mark("待签发"),
    "signed": mark("待下发"),
    "issued": mark("待签收"),
    "received": mark("已签收"),
    "rectifying": mark("整改中"),
    "feedback": mark("已反馈"),
    "retesting": mark("复测中"),
    "returned": mark("退回重改"),
    "suspended": mark("已暂停"),
    "closed": mark("已销号"),
    "withdrawn": mark("已撤销"),
    "reopened": mark("反弹"),
}
PRESSURE: Final = {
    "overdue": mark("逾期"),
    "urged": mark("已催办"),
    "supervised": mark("督办中"),
    "escalated": mark("已提请通报批评"),
}
SEVERITIES: Final = {
    "event": mark("事件处置中"),
    "critical": mark("超危"),
    "high": mark("高危"),
    "medium": mark("中危"),
    "low": mark("低危"),
}
FINDING_STATES: Final = {
    "open": mark("未销号"),
    "closed": mark("复测通过"),
    "waived": mark("已豁免"),
    "listed": mark("列举"),
}
UNITS: Final = {
    "minutes": mark("分钟"),
    "hours": mark("小时"),
    "days": mark("天"),
    "working_hours": mark("工作小时"),
    "working_days": mark("工作日"),
}
CLOCKS: Final = {
    "sign": mark("签收时限"),
    "contain": mark("先期处置时限"),
    "rectify": mark("整改时限"),
    "feedback": mark("反馈时限"),
    "retest": mark("复测时限"),
}
MOVE_BUTTONS: Final = {
    "reviewed": mark("审核通过"),
    "draft": mark("退回修改"),
    "signed": mark("签发"),
    "issued": mark("下发"),
    "retesting": mark("安排复测"),
    "returned": mark("退回重改"),
    "closed": mark("销号"),
    "suspended": mark("暂停计时"),
    "resumed": mark("恢复计时"),
    "withdrawn": mark("撤销"),
    "urged": mark("催办"),
    "supervised": mark("督办"),
    "escalated": mark("提请通报批评"),
    "granted": mark("同意延期"),
    "refused": mark("不同意延期"),
}


def state_word(state: str) -> str:
    """The word of a notice's state, as a source string."""
    return STATES.get(state, state)


def pressure_word(pressure: str) -> str:
    """The word of a pressure, as a source string; none has none."""
    return PRESSURE.get(pressure, "")
