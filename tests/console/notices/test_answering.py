"""What a unit may do when."""

from __future__ import annotations

import pytest

from analytics.lifecycle import Unknown
from console.notices import answering
from console.notices.answering import Actor
from console.notices.records import get
from tests.console.noticeside import REPORT, Bureau


def test_a_unit_that_it_does_not_go_to_is_nobody(bureau: Bureau) -> None:
    notice, _link = bureau.issued()
    with bureau.table.desk.engine.begin() as connection, pytest.raises(Unknown):
        answering.ask(connection, get(connection, notice), Actor("U-2", "x", bureau.table.clock()), "这是什么？")


def test_a_report_may_be_added_to_until_it_is_tested(bureau: Bureau) -> None:
    notice, link = bureau.fed_back()
    bureau.say(link, "feedback", **{**REPORT, "measures": "补充：已更新组件"})
    assert bureau.kinds(notice).count("fed_back") == 2
    bureau.say(link, "retest")
    bureau.say(link, "feedback", expect=409, **REPORT)


def test_signing_moves_its_findings_into_rectification(bureau: Bureau) -> None:
    _notice, link = bureau.issued()
    bureau.say(link, "sign", name="扎西")

    assert bureau.finding_state() == "rectifying"
