"""What needs two people cannot be done by one: not with every role, not in two tabs, not by page and API in turn."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from console.accounts.sessions import COOKIE, Origin, open_session
from console.accounts.tables import ACCOUNT
from console.notices.tables import NOTICE
from console.province.tables import REPORT, REPORT_RELEASE
from tests.console.deskdata import finding, incident
from tests.console.deskside import Table, csrf_of, two_counties

EVERY_ROLE = ("analyst", "lead", "commander", "editor", "county")


@pytest.fixture
def tabs(table: Table) -> tuple[TestClient, TestClient]:
    """Two browsers of one person who has every role."""
    two_counties(table)
    first = table.seat(*EVERY_ROLE, login="everybody")
    second = table.browser()
    with table.desk.engine.begin() as connection:
        account = connection.execute(select(ACCOUNT.c.id).where(ACCOUNT.c.login == "everybody")).scalar_one()
        second.cookies.set(COOKIE, open_session(connection, account, table.clock(), Origin("testclient", "tab")))
    second.headers["x-csrf-token"] = csrf_of(second.get("/account").text)
    return first, second


def test_one_person_does_not_let_a_report_go(table: Table, tabs: tuple[TestClient, TestClient]) -> None:
    made = incident(table.desk.engine, 1, class_code="02.09", state="confirmed", level_confirmed=3)
    report = tabs[0].post("/api/v1/reports", json={"incident": made, "kind": "first"}).json()["id"]
    answers = [tab.post(f"/api/v1/reports/{report}/release", json={"reason": "同意上报"}) for tab in tabs]
    version = tabs[0].get(f"/api/v1/reports/{report}").json()["version"]
    form = {"reason": "同意上报", "version": str(version)}
    answers.append(tabs[1].post(f"/province/reports/{report}/release", data=form))

    with table.desk.reads.begin() as connection:
        state = connection.execute(select(REPORT.c.state)).scalar_one()
        voices = connection.execute(select(REPORT_RELEASE.c.by)).scalars().all()
    assert [answer.status_code < 400 for answer in answers] == [True, False, False]
    assert (state, voices) == ("draft", ["everybody"])


def test_one_person_does_not_draft_review_and_sign(table: Table, tabs: tuple[TestClient, TestClient]) -> None:
    found = finding(table.desk.engine, 1)
    other = table.seat("editor", login="other")
    notice = tabs[0].post("/api/v1/notices", json={"kind": "hazard", "findings": [found]}).json()["id"]

    def move(tab: TestClient, to: str, by_form: bool = False) -> int:
        with table.desk.reads.begin() as connection:
            version = connection.execute(select(NOTICE.c.version).where(NOTICE.c.id == notice)).scalar_one()
        sent = {"to": to, "reason": "同意", "version": version}
        if by_form:
            return tab.post(f"/notices/{notice}/move", data=sent).status_code
        return tab.post(f"/api/v1/notices/{notice}/move", json=sent).status_code

    assert [move(tabs[1], "reviewed"), move(tabs[1], "reviewed", by_form=True)] == [403, 403]
    assert move(other, "reviewed") == 200
    assert [move(tabs[1], "signed"), move(tabs[0], "signed", by_form=True)] == [403, 403]
