"""What a newcomer finds on the lab within minutes, and that each of it can be carried on by hand, to the end."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from analytics.db import database_url, open_database
from console.accounts.use_cases import AT_THE_MACHINE, Grants, create_account
from console.audit.chain import Verified, verify
from lab.people import CAST, VISITOR
from lab.prepare import PROVINCE_PORT
from lab.site import CONTROL
from lab.story import VICTIM
from tests.person import Person
from tests.running import Platform, wait_for
from tests.second_half import Office, Story
from tests.small_platform import UNTESTED, PretendProvince

pytestmark = pytest.mark.e2e


@dataclass
class LabSwitch:
    """The victim's site, switched as `gongga lab switch` and `gongga lab mend` do."""

    def __setattr__(self, name: str, value: bool) -> None:
        """Deface or restore it; mend its folder, or leave it mended."""
        orders = {
            "is_defaced": ("PUT", f"/sites/{VICTIM}", "defaced" if value else "normal"),
            "lists_files": ("DELETE", f"/sites/{VICTIM}/traits/directory-listing", ""),
        }
        connection = http.client.HTTPConnection(*CONTROL, timeout=5)
        try:
            method, path, body = orders[name]
            connection.request(method, path, body=body.encode())
            assert connection.getresponse().status in (204, 400)
        finally:
            connection.close()


@pytest.fixture(scope="module")
def visitor(lab_platform: Platform) -> Iterator[Story]:
    """Somebody with the rights that the lab gives its first account, once the colleagues have done their part."""
    told = lab_platform.data / "lab" / "released.told"
    wait_for(told.exists, "the colleagues' part", 240, lab_platform.logs)
    engine = open_database(database_url(lab_platform.data))
    grants, now = Grants(VISITOR), datetime.now(UTC)
    password = create_account(engine, "visitor", "来访者", grants, now, AT_THE_MACHINE)
    engine.dispose()
    person = Person(lab_platform.url, "visitor", password)
    office = Office(
        url=lab_platform.url,
        people=dict.fromkeys(("analyst", "lead", "commander", "editor", "reviewer"), person),
        mailbox=lab_platform.data / "lab" / "messages.ndjson",
        site=LabSwitch(),
        province=PretendProvince(PROVINCE_PORT),
        told=lab_platform.logs,
        untested=lambda: len(lab_platform.rows(UNTESTED)),
    )
    story = Story(office, unit="U-513301-03")
    for kind, statement in (
        ("incident", f"select id from incident where site_id = '{VICTIM}' and class_code = '02.09'"),
        ("run", "select id from run where started_by = 'zhuoma' and parent_id is null"),
        ("report", "select id from report where kind = 'first'"),
        ("notice", "select id from notice where kind = 'hazard'"),
    ):
        story.made[kind] = str(lab_platform.rows(statement)[0]["id"])
    yield story
    person.leave()


def test_the_first_account_sits_at_every_desk_and_the_cast_at_its_own(visitor: Story, lab_platform: Platform) -> None:
    rows = lab_platform.rows("select a.login, g.role from account_grant g join account a on a.id = g.account_id")

    assert {row["role"] for row in rows if row["login"] == "duty"} == VISITOR
    assert {(one.login, one.role) for one in CAST} <= {(row["login"], row["role"]) for row in rows}


def test_a_newcomer_sees_an_incident_its_playbook_a_draft_and_a_report(visitor: Story) -> None:
    incident = visitor.incident()
    assert (incident["state"], incident["class"], incident["level_confirmed"]) == ("confirmed", "02.09", 3)
    run = visitor.ask("analyst", f"/api/v1/runs/{visitor.made['run']}")
    assert (run["state"], [step["name"] for step in run["steps"] if step["state"] == "waiting"]) == (
        "running",
        ["核实篡改"],
    )
    assert visitor.notice()["state"] == "draft"
    assert (visitor.report()["state"], len(visitor.report()["releases"])) == ("draft", 1)
    page = visitor.office.people["lead"].page(f"/incidents/{visitor.made['incident']}")
    assert "网页篡改处置" in page
    assert "演练 · 模拟县域" in page


def test_each_of_it_is_carried_on_by_hand_to_its_end(visitor: Story, lab_platform: Platform) -> None:
    for step in (
        visitor.start_response,
        visitor.answer_calls,
        visitor.release_twice,
        visitor.report_receipts,
        visitor.instruct,
        visitor.sign_instruction,
        visitor.assign_instruction,
        visitor.answer_instruction,
        visitor.finish_instruction,
        visitor.work_playbook,
        visitor.review_notice,
        visitor.sign_notice,
        visitor.issue_notice,
        visitor.owner_signs,
        visitor.owner_mends,
        visitor.owner_feeds_back,
        visitor.retest,
        visitor.end_response,
    ):
        step()

    engine = open_database(database_url(lab_platform.data))
    try:
        with engine.connect() as connection:
            assert isinstance(verify(connection), Verified)
    finally:
        engine.dispose()
