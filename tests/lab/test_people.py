"""The lab's pretend colleagues do their part, and doing it again changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select

from analytics.db import INCIDENT_MEMBER, SITE, UNIT
from console.accounts.tables import ACCOUNT
from console.accounts.viewer import Viewer
from console.audit.chain import Verified, verify
from console.audit.tables import AUDIT_ENTRY
from console.exercise.state import start
from console.notices import use_cases as notices
from console.notices.tables import NOTICE
from console.province.tables import REPORT, REPORT_RELEASE
from console.response.tables import RUN
from lab.people import CAST, MEMBERS, Colleagues
from lab.story import VICTIM
from tests.console.deskdata import alert, finding, incident
from tests.console.deskside import Table, table_in
from tests.factories import NOON

HERE = {"site_id": VICTIM, "unit_id": "U-1", "county": "513301"}


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Table]:
    found = table_in(tmp_path)
    with found.desk.engine.begin() as connection:
        start(connection, "演练：测试", "test", NOON)
        connection.execute(insert(UNIT).values(id="U-1", name="示例局", county="513301", kind="部门"))
        site = {"id": VICTIM, "unit_id": "U-1", "name": "示例局", "url": "http://www.kd3.lab/", "rank": "部门"}
        lists = {"hosts": [], "addresses": [], "ports": []}
        connection.execute(insert(SITE).values(**site, **lists, is_cii=False, active=True))
    yield found
    found.desk.engine.dispose()


def night(table: Table) -> str:
    """The night's incident with its members."""
    made = incident(table.desk.engine, 1, class_code="02.09", **HERE)
    rows = [
        {"incident_id": made, "kind": "alert", "member_id": alert(table.desk.engine, number, **HERE)}
        for number in range(MEMBERS)
    ]
    with table.desk.engine.begin() as connection:
        connection.execute(insert(INCIDENT_MEMBER), [row | {"joined_at": NOON, "why": ""} for row in rows])
    return made


def test_they_wait_for_the_visitors_account_and_for_the_whole_incident(table: Table) -> None:
    cast = Colleagues(table.desk)
    assert not cast.are_welcome()

    table.account("lead")
    incident(table.desk.engine, 1, class_code="02.09", **HERE)
    assert cast.are_welcome()
    assert not cast.have_their_case()


def test_what_they_do_is_done_once(table: Table) -> None:
    table.account("lead")
    made = night(table)
    finding(table.desk.engine, 1, check_id="exposure/directory-listing", **HERE)
    counted = []
    for _ in range(2):
        cast = Colleagues(table.desk)
        cast.take_seats()
        assert cast.have_their_case()
        for act in cast.acts():
            act.do()
        with table.desk.reads.begin() as connection:
            counted.append(
                [
                    connection.execute(select(func.count()).select_from(one)).scalar_one()
                    for one in (ACCOUNT, NOTICE, REPORT, RUN, REPORT_RELEASE, AUDIT_ENTRY)
                ]
            )
            state = verify(connection)

    assert counted[0] == counted[1]
    assert counted[0][:5] == [1 + len(CAST), 1, 1, 1, 1]
    assert isinstance(state, Verified)
    row = Colleagues(table.desk)._row(made)
    assert (row.level_confirmed, row.state) == (3, "confirmed")


def test_the_commander_signs_what_another_reviewed_and_not_what_nobody_did(table: Table) -> None:
    table.account("lead")
    night(table)
    finding(table.desk.engine, 1, check_id="exposure/directory-listing", **HERE)
    cast = Colleagues(table.desk)
    cast.take_seats()
    cast.draft_notice()
    assert cast.sign() == []

    reviewer = Viewer(table.account("editor"), "editor", "审核", frozenset({"editor"}), None, None, "zh", "")
    with table.desk.reads.begin() as connection:
        row = connection.execute(select(NOTICE)).one()
    notices.move(table.desk, reviewer, row.id, "reviewed", "", row.version)

    assert cast.sign() == [row.title]
    assert cast.sign() == []
