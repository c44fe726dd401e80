"""What people do on the link. A report needs two of them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from analytics.db import INCIDENT, INCIDENT_ENTRY
from analytics.lifecycle import IllegalMove, Stale, Unknown
from console.accounts.viewer import Viewer
from console.audit.chain import Verified, verify
from console.audit.tables import AUDIT_ENTRY
from console.exercise.state import end, start
from console.province import use_cases
from console.province.following import follow
from console.province.instructions import Step, register
from console.province.report_life import report
from console.province.tables import OUTBOX, REPORT_RELEASE
from tests.console.deskdata import incident
from tests.console.deskside import Table, two_counties
from tests.console.province.test_instructions import incoming
from tests.factories import at


def person(login: str, *roles: str, counties: frozenset[str] | None = None) -> Viewer:
    scope = counties is None
    return Viewer(
        f"ac-{login}", login, login, frozenset(roles or {"lead"}), counties, None if scope else frozenset(), "zh", "c"
    )


WANG, LI = person("wang"), person("li", "commander")


def outbox(table: Table) -> list[Any]:
    with table.desk.reads.begin() as connection:
        return list(connection.execute(select(OUTBOX).order_by(OUTBOX.c.id)).all())


def state(table: Table, report_id: str) -> Any:
    with table.desk.reads.begin() as connection:
        return report(connection, report_id)


@pytest.fixture
def drafted(table: Table) -> str:
    two_counties(table)
    incident(table.desk.engine, 1, ("R-LOC-1", at(14400)))
    return use_cases.draft(table.desk, WANG, "2026-0001", "first")


def test_two_people_send_a_report_up_and_one_does_not(table: Table, drafted: str) -> None:
    assert not use_cases.release(table.desk, WANG, drafted, "情况属实")
    assert (state(table, drafted).state, outbox(table)) == ("draft", [])

    assert use_cases.release(table.desk, LI, drafted, "同意上报")

    (sent,) = outbox(table)
    row = state(table, drafted)
    assert (row.state, row.message_id) == ("released", sent.message_id)
    assert (sent.kind, sent.state, sent.ref) == ("event_report", "waiting", f"report {drafted}")
    assert sent.body["released_by"] == ["wang", "li"]
    assert sent.body["items"][0]["key"] == "unit"
    with table.desk.reads.begin() as connection:
        graded = connection.execute(select(INCIDENT.c.grading)).scalar_one()
        told = connection.execute(select(INCIDENT_ENTRY.c.text)).scalars().all()
        assert isinstance(verify(connection), Verified)
    assert graded["clocks"][0]["met"]
    assert any("经 wang、li 同意上报" in text for text in told)


def test_one_person_in_two_roles_or_two_tabs_stays_one_person(table: Table, drafted: str) -> None:
    both = person("wang", "lead", "commander", "analyst")
    use_cases.release(table.desk, WANG, drafted, "同意")
    for _ in range(3):
        with pytest.raises(ValueError, match="a second person"):
            use_cases.release(table.desk, both, drafted, "还是同意")

    assert outbox(table) == []
    with table.desk.reads.begin() as connection:
        assert len(connection.execute(select(REPORT_RELEASE.c.id)).all()) == 1


def test_what_was_changed_after_a_release_must_be_released_anew(table: Table, drafted: str) -> None:
    seen = state(table, drafted).version
    use_cases.release(table.desk, WANG, drafted, "同意", seen)
    use_cases.edit(table.desk, WANG, drafted, {"cause": "弱口令"}, "敏感", seen)
    with pytest.raises(Stale):
        use_cases.release(table.desk, LI, drafted, "同意", seen)
    with pytest.raises(Stale):
        use_cases.edit(table.desk, WANG, drafted, {"cause": "旧页"}, None, seen)

    assert not use_cases.release(table.desk, LI, drafted, "同意")
    assert use_cases.release(table.desk, WANG, drafted, "再次同意")
    (sent,) = outbox(table)
    assert sent.marking == "敏感"
    assert {item["text"] for item in sent.body["items"]} >= {"弱口令"}


def test_what_lacks_an_item_or_is_marked_too_high_does_not_go(table: Table, drafted: str) -> None:
    use_cases.edit(table.desk, WANG, drafted, {"unit": ""}, None, None)
    with pytest.raises(ValueError, match="does not say yet: 涉事单位"):
        use_cases.release(table.desk, WANG, drafted, "同意")
    use_cases.edit(table.desk, WANG, drafted, {"unit": "某局"}, "重要", None)
    with pytest.raises(ValueError, match="is marked 重要, and the link carries up to 敏感"):
        use_cases.release(table.desk, WANG, drafted, "同意")
    with pytest.raises(ValueError, match="'绝密' is not known"):
        use_cases.edit(table.desk, WANG, drafted, {}, "绝密", None)
    with pytest.raises(ValueError, match="no item 'gossip'"):
        use_cases.edit(table.desk, WANG, drafted, {"gossip": "x"}, None, None)

    assert outbox(table) == []


def test_a_report_of_an_exercise_is_held_before_the_real_province(table: Table) -> None:
    two_counties(table)
    incident(table.desk.engine, 1)
    with table.desk.engine.begin() as connection:
        exercise = start(connection, "演练", "lead", at(0))
    drafted = use_cases.draft(table.desk, WANG, "2026-0001", "first")
    use_cases.release(table.desk, WANG, drafted, "同意")
    use_cases.release(table.desk, LI, drafted, "同意")

    (held,) = outbox(table)
    assert (held.state, held.exercise_id, held.for_exercise) == ("held", exercise, True)


def test_a_report_that_is_held_fulfils_no_duty_until_it_goes(table: Table) -> None:
    two_counties(table)
    incident(table.desk.engine, 1, ("R-LOC-1", at(14400)))
    with table.desk.engine.begin() as connection:
        start(connection, "演练", "lead", at(0))
    drafted = use_cases.draft(table.desk, WANG, "2026-0001", "first")
    with table.desk.engine.begin() as connection:
        end(connection, "lead", at(1))
    use_cases.release(table.desk, WANG, drafted, "同意")
    use_cases.release(table.desk, LI, drafted, "同意")

    (held,) = outbox(table)
    with table.desk.engine.begin() as connection:
        before = connection.execute(select(INCIDENT.c.grading)).scalar_one()
        follow(connection, held, "sent", at(2))
        after = connection.execute(select(INCIDENT.c.grading)).scalar_one()
    assert held.state == "held"
    assert "met" not in before["clocks"][0]
    assert after["clocks"][0]["met"]


def test_nobody_reaches_beyond_their_scope(table: Table, drafted: str) -> None:
    other = person("luding", counties=frozenset({"513322"}))
    for act in (
        lambda: use_cases.draft(table.desk, other, "2026-0001", "first"),
        lambda: use_cases.release(table.desk, other, drafted, "同意"),
        lambda: use_cases.edit(table.desk, other, drafted, {}, None, None),
        lambda: use_cases.withdraw(table.desk, other, drafted, "不报"),
        lambda: use_cases.send_again(table.desk, other, "x"),
        lambda: use_cases.reconcile(table.desk, other, "2026-11-23"),
    ):
        with pytest.raises(Unknown):
            act()


def test_an_instruction_is_passed_on_inside_the_scope_only(table: Table) -> None:
    two_counties(table)
    with table.desk.engine.begin() as connection:
        name = register(connection, incoming(), at(0))
    use_cases.step(table.desk, WANG, name, Step("signed"))
    use_cases.step(table.desk, WANG, name, Step("assigned", "请处置", "U-1"))
    county = person("kangding", counties=frozenset({"513301"}))

    with pytest.raises(Unknown, match="unit U-2"):
        use_cases.step(table.desk, county, name, Step("assigned", "请处置", "U-2"))
    use_cases.step(table.desk, county, name, Step("assigned", "请处置", "U-1"))


def test_a_draft_is_withdrawn_and_what_was_returned_is_mended(table: Table, drafted: str) -> None:
    use_cases.withdraw(table.desk, WANG, drafted, "重复起草")
    assert state(table, drafted).state == "withdrawn"
    with pytest.raises(IllegalMove):
        use_cases.release(table.desk, LI, drafted, "同意")
    with pytest.raises(IllegalMove):
        use_cases.reopen(table.desk, WANG, drafted)


def test_messages_are_sent_again_or_given_up_by_people_and_audited(table: Table, drafted: str) -> None:
    use_cases.release(table.desk, WANG, drafted, "同意")
    use_cases.release(table.desk, LI, drafted, "同意")
    (sent,) = outbox(table)

    use_cases.give_up(table.desk, WANG, sent.message_id, "省厅已电话收报")
    assert outbox(table)[0].state == "dead"
    assert use_cases.send_again(table.desk, WANG, sent.message_id) == "waiting"
    use_cases.reconcile(table.desk, WANG, "2026-11-23")
    with pytest.raises(ValueError, match="zip"):
        use_cases.take_file(table.desk, WANG, b"no zip")
    with table.desk.reads.begin() as connection:
        actions = connection.execute(select(AUDIT_ENTRY.c.action).order_by(AUDIT_ENTRY.c.seq)).scalars().all()
    assert actions[-4:] == ["link.dead", "link.resend", "link.reconcile", "link.refuse"]


def test_a_step_of_an_instruction_is_audited_and_goes_up(table: Table) -> None:
    with table.desk.engine.begin() as connection:
        one = register(connection, incoming(), at(0))

    use_cases.step(table.desk, WANG, one, Step("signed"))

    assert [row.kind for row in outbox(table)] == ["instruction_step"]
    with pytest.raises(Unknown):
        use_cases.step(table.desk, person("x", counties=frozenset({"513301"})), one, Step("answered", "已办"))


ACTS = st.lists(st.sampled_from(["wang", "li", "chen", "edit", "withdraw", "reopen"]), max_size=7)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ACTS)
def test_whatever_people_do_nothing_goes_up_without_two_of_them_for_the_same_words(
    table: Table, acts: list[str]
) -> None:
    with table.desk.engine.begin() as connection:
        fresh = connection.execute(select(INCIDENT.c.id)).first() is None
    if fresh:
        two_counties(table)
        incident(table.desk.engine, 1)
    before = len(outbox(table))
    drafted = use_cases.draft(table.desk, WANG, "2026-0001", "first")
    spoken: set[str] = set()
    is_draft, goes = True, False
    for number, act in enumerate(acts):
        try:
            if act == "edit":
                use_cases.edit(table.desk, WANG, drafted, {"trend": f"第{number}稿"}, None, None)
                spoken = set()
            elif act == "withdraw":
                use_cases.withdraw(table.desk, WANG, drafted, "不报")
                is_draft = False
            elif act == "reopen":
                use_cases.reopen(table.desk, WANG, drafted)
            else:
                goes |= use_cases.release(table.desk, person(act, "lead", "commander"), drafted, "同意")
                spoken.add(act)
        except (ValueError, Stale):
            continue
        is_draft = is_draft and len(spoken) < 2
    sent = outbox(table)[before:]

    assert (len(sent) == 1) == goes == (len(spoken) >= 2)
    if is_draft:
        use_cases.withdraw(table.desk, WANG, drafted, "下一例")
