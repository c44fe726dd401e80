"""Files of the office in place of the shipped ones."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select

from console.audit.tables import AUDIT_ENTRY
from console.calendar.holiday_file import BadCalendar
from console.calendar.working_time import load_calendar
from console.response.mechanism import load_mechanism, shipped
from console.response.mechanism_file import BadMechanism
from console.response.placing import look_at_placed, place_calendar, place_mechanism
from tests.console.deskside import Table, two_counties
from tests.console.response.test_callouts import clerk
from tests.console.response.test_levels import LEAD

NEW = shipped().content.replace('"2026.1"', '"2026.2"')
HOLIDAYS = "year: 2027\nsource: 通知\nconfidence: C\nholidays:\n  - {name: 元旦, from: 2027-01-01, to: 2027-01-03}\n"


def acts(table: Table) -> list[tuple[str, str, Any]]:
    with table.desk.reads.begin() as connection:
        rows = connection.execute(select(AUDIT_ENTRY).order_by(AUDIT_ENTRY.c.seq)).all()
    return [(row.action, row.object, json.loads(row.detail)) for row in rows]


def test_a_new_version_is_in_force_and_audited(table: Table) -> None:
    two_counties(table)
    place_mechanism(table.desk, LEAD, NEW.replace("key: gaj,", "key: gaj, unit: U-1,").encode(), "neu.yml")

    assert load_mechanism(table.desk.data.root).version == "2026.2"
    assert [(action, name, detail["version"]) for action, name, detail in acts(table)] == [
        ("mechanism.load", "mechanism/ganzi", "2026.2")
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (NEW.replace("key: gaj,", "key: gaj, unit: U-404,"), "unit 'U-404' is not in the inventory"),
        (NEW.replace("kind: org, expect: 2", "kind: club, expect: 2"), "kind 'club' is not one of"),
        (NEW.replace('"2026.2"', '"2026.1"').replace("协会", "学会"), "known with another content; raise it"),
        ("a: &a [x]\nb: [*a]\n", "anchors and aliases are not taken"),
        ("x" * 300_000, "bytes; at most"),
    ],
)
def test_a_bad_one_changes_nothing_and_is_audited(table: Table, text: str, sentence: str) -> None:
    two_counties(table)
    with pytest.raises(BadMechanism, match=sentence):
        place_mechanism(table.desk, LEAD, text.encode(), "neu.yml")

    assert load_mechanism(table.desk.data.root).digest == shipped().digest
    assert not (table.desk.data.root / "mechanism").exists()
    [(action, name, detail)] = acts(table)
    assert (action, name) == ("file.refuse", "mechanism/neu.yml")
    assert sentence in detail["why"]


def test_a_years_holidays_are_in_force_and_a_wrong_year_is_refused(table: Table) -> None:
    place_calendar(table.desk, LEAD, HOLIDAYS.encode(), "cn-2027.yml")
    with pytest.raises(BadCalendar, match="use the right year's file"):
        place_calendar(table.desk, LEAD, HOLIDAYS.encode(), "cn-2028.yml")
    with pytest.raises(BadCalendar, match="named like"):
        place_calendar(table.desk, LEAD, HOLIDAYS.encode(), "../../etc/passwd")

    assert [one.year for one in load_calendar(table.desk.data.root).years] == [2026, 2027]
    assert [action for action, _, _ in acts(table)] == ["calendar.load", "file.refuse", "file.refuse"]
    assert [path.name for path in (table.desk.data.root / "calendar").iterdir()] == ["cn-2027.yml"]


def test_what_was_placed_by_hand_and_cannot_be_used_is_audited_once(table: Table) -> None:
    root = table.desk.data.root
    for folder, name, text in (
        ("mechanism", "a.yml", "mechanism: [1]"),
        ("calendar", "cn-2027.yml", HOLIDAYS.replace("2027", "2028")),
        (".", "levels.yml", "levels: []"),
    ):
        (root / folder).mkdir(exist_ok=True)
        (root / folder / name).write_text(text, "utf-8")
    for _ in range(3):
        look_at_placed(clerk(table))

    assert [(action, name) for action, name, _ in acts(table)] == [
        ("file.refuse", "mechanism/a.yml"),
        ("file.refuse", "calendar/cn-2027.yml"),
        ("file.refuse", "levels.yml"),
    ]
    (root / "mechanism" / "a.yml").write_text("mechanism: [2]", "utf-8")
    look_at_placed(clerk(table))
    assert len(acts(table)) == 4
