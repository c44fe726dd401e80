from __future__ import annotations

from dataclasses import replace
from datetime import date

from console.calendar.working_time import load_calendar
from console.notices.kinds import Guarded, load_rules
from console.notices.monthly_numbers import numbers
from console.notices.monthly_words import fields_of_month, typical_checks
from tests.console.deskside import Table
from tests.console.notices.monthly_records import MONTH, november


def test_a_month_in_sentences(table: Table) -> None:
    november(table)
    with table.desk.reads.begin() as connection:
        counted = numbers(connection, MONTH)
    rules = replace(load_rules(), periods=(Guarded("示例会议", date(2026, 12, 8), date(2026, 12, 12)),))

    said = dict(fields_of_month(counted, load_calendar(), rules))

    assert said["findings"] == "本月新增隐患1项，销号1项，月末存量3项，较上月末增加1项。"
    assert said["availability"] == "网站首页访问可用率95.00%，较上月上升5个百分点。"
    assert said["incidents"] == "本月发现网络安全事件1起，其中较大1起。"
    assert said["repeated"].startswith("整改后再次出现的隐患1项，涉及1个单位")
    assert said["overdue"] == ""
    assert "示例会议网络安全保障期为12月8日至12月12日" in said["reminders"]
    assert said["typical"].startswith("（1）")
    assert typical_checks(counted)[0] == "tls/absent"


def test_a_month_of_nothing_says_so(table: Table) -> None:
    with table.desk.reads.begin() as connection:
        said = dict(fields_of_month(numbers(connection, MONTH), load_calendar(), load_rules()))

    assert said["incidents"] == "本月未发生已确认的网络安全事件。"
    assert said["typical"] == "本月未发现突出问题。"
    assert "与上月末持平" in said["findings"]
    assert said["availability"] == ""
