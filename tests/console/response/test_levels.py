"""Response levels: started, changed and ended by a person with the right, each change signed."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import insert, select, update

from analytics.db import INCIDENT, INCIDENT_ENTRY
from analytics.lifecycle import IllegalMove, Stale, Unknown
from console.accounts.viewer import Viewer
from console.audit.chain import Verified, verify
from console.audit.tables import AUDIT_ENTRY
from console.exercise.state import end, start
from console.notify.tables import DELIVERY
from console.response.level_tables import CALLOUT, RESPONSE_LEVEL
from console.response.levels import Change, decide, history, is_genuine, mechanism_of, standing
from console.response.mechanism import shipped
from console.response.signing import load_signer
from tests.console.deskdata import incident
from tests.console.deskside import Table, two_counties


def person(*roles: str, county: str | None = None) -> Viewer:
    counties = frozenset({county}) if county else None
    units: frozenset[str] | None = frozenset() if county else None
    return Viewer("ac-x", roles[0], roles[0], frozenset(roles), counties, units, "zh", "csrf")


LEAD, COMMANDER = person("lead"), person("commander")
START = Change("start", 3, "网页被篡改")


@pytest.fixture
def number(table: Table) -> str:
    two_counties(table)
    return incident(table.desk.engine, 1, level_confirmed=3)


def test_a_start_is_signed_audited_told_and_calls_people_in(table: Table, number: str) -> None:
    table.account("lead")
    table.account("analyst")
    after = decide(table.desk, LEAD, number, START)

    assert (after.state, after.level, after.seq, after.episode) == ("active", 3, 1, 1)
    with table.desk.reads.begin() as connection:
        row = history(connection, number)[0]
        assert is_genuine(row, load_signer(table.desk.data.keys))
        entries = connection.execute(select(INCIDENT_ENTRY.c.text).where(INCIDENT_ENTRY.c.kind == "response")).scalars()
        assert list(entries) == ["启动Ⅲ级响应：网页被篡改"]
        acts = connection.execute(select(AUDIT_ENTRY.c.action, AUDIT_ENTRY.c.actor)).all()
        assert [tuple(act) for act in acts] == [("response.start", "lead")]
        assert isinstance(verify(connection), Verified)
        calls = connection.execute(select(CALLOUT.c.slot, CALLOUT.c.person, CALLOUT.c.state)).all()
        told = connection.execute(select(DELIVERY.c.subject, DELIVERY.c.urgent, DELIVERY.c.text)).all()
    assert [tuple(call) for call in calls] == [
        ("command/cac", "测试lead", "called"),
        ("support/wayb", "测试analyst", "called"),
        ("support/xh", "甘孜州网络安全协会", "called"),
        ("member/gaj", "州公安局", "called"),
    ]
    assert told[0].subject == "Ⅲ级响应：请 州委网信办（州网络安全应急指挥中心） 到岗 — 事件1"
    assert told[0].urgent
    assert "{ack_link}" in told[0].text


def test_what_was_changed_in_the_records_is_no_longer_genuine(table: Table, number: str) -> None:
    decide(table.desk, LEAD, number, START)
    signer = load_signer(table.desk.data.keys)
    for changed in ({"level": 4}, {"reason": "别的"}, {"by": "somebody"}, {"signature": "x"}):
        with table.desk.engine.connect() as connection:
            connection.execute(update(RESPONSE_LEVEL).values(changed))
            assert not is_genuine(history(connection, number)[0], signer)
            connection.rollback()


def test_a_level_goes_up_down_and_ends(table: Table, number: str) -> None:
    decide(table.desk, LEAD, number, START)
    decide(table.desk, COMMANDER, number, Change("change", 2, "影响扩大"))
    with table.desk.reads.begin() as connection:
        called = connection.execute(select(CALLOUT.c.slot)).scalars().all()
    assert len(called) == len(set(called)) == 15

    for undone in (Change("end", None, "处置完毕"), Change("change", 4, "降级")):
        with pytest.raises(ValueError, match="level 2 is changed and ended by commander"):
            decide(table.desk, LEAD, number, undone)

    after = decide(table.desk, COMMANDER, number, Change("end", None, "处置完毕"))

    assert (after.state, after.level, after.seq) == ("ended", None, 3)
    with table.desk.reads.begin() as connection:
        assert set(connection.execute(select(CALLOUT.c.state)).scalars()) == {"void"}
        assert set(connection.execute(select(DELIVERY.c.state)).scalars()) == {"void"}
    again = decide(table.desk, LEAD, number, Change("start", 4, "复发"))
    assert (again.state, again.seq, again.episode) == ("active", 4, 4)


@pytest.mark.parametrize(
    ("who", "wanted", "error", "sentence"),
    [
        (LEAD, Change("end", None, "没有"), IllegalMove, "'none'"),
        (LEAD, Change("change", 2, "没有"), IllegalMove, "'none'"),
        (LEAD, Change("pause", 3, "没有"), ValueError, "no action 'pause'"),
        (LEAD, Change("start", 3, " "), ValueError, "needs a reason"),
        (LEAD, Change("start", None, "理由"), ValueError, "give its number"),
        (LEAD, Change("start", 7, "理由"), ValueError, "no response level 7; 1 to 4"),
        (LEAD, Change("start", 1, "理由"), ValueError, "level 1 is started by commander"),
        (LEAD, Change("start", 3, "理由", seq=4), Stale, "changed meanwhile"),
        (person("lead", county="513322"), START, Unknown, "no incident"),
    ],
)
def test_what_does_not_go_changes_nothing(
    table: Table, number: str, who: Viewer, wanted: Change, error: type[Exception], sentence: str
) -> None:
    with pytest.raises(error, match=sentence):
        decide(table.desk, who, number, wanted)

    with table.desk.reads.begin() as connection:
        assert standing(connection, number).state == "none"
        assert connection.execute(select(AUDIT_ENTRY.c.seq)).all() == []
        assert connection.execute(select(CALLOUT.c.id)).all() == []


def test_a_closed_incident_starts_no_response(table: Table, number: str) -> None:
    with table.desk.engine.begin() as connection:
        connection.execute(update(INCIDENT).values(state="closed"))
    with pytest.raises(IllegalMove, match="closed"):
        decide(table.desk, LEAD, number, START)


def test_of_two_who_decide_at_once_one_is_told_to_look_again(table: Table, number: str) -> None:
    decide(table.desk, LEAD, number, START)
    with pytest.raises(Stale):
        decide(table.desk, COMMANDER, number, Change("change", 2, "同时", seq=0))


def test_an_incident_keeps_the_mechanism_it_started_under(table: Table, number: str) -> None:
    decide(table.desk, LEAD, number, START)
    folder = table.desk.data.root / "mechanism"
    folder.mkdir()
    text = shipped().content.replace('"2026.1"', '"2026.2"')
    (folder / "new.yml").write_text(text, "utf-8")
    other = incident(table.desk.engine, 2)

    with table.desk.reads.begin() as connection:
        rows = {row.id: row for row in connection.execute(select(INCIDENT))}
        assert mechanism_of(connection, table.desk.data.root, rows[number]).version == "2026.1"
        assert mechanism_of(connection, table.desk.data.root, rows[other]).version == "2026.2"


def test_a_placed_mechanism_that_names_a_strange_unit_is_not_used(table: Table, number: str) -> None:
    _place(table.desk.data.root, "U-404")
    with table.desk.reads.begin() as connection:
        row = connection.execute(select(INCIDENT)).one()
        assert mechanism_of(connection, table.desk.data.root, row).digest == shipped().digest
    _place(table.desk.data.root, "U-1")
    with table.desk.reads.begin() as connection:
        assert mechanism_of(connection, table.desk.data.root, row).version == "2026.9"


def _place(root: Path, unit: str) -> None:
    folder = root / "mechanism"
    folder.mkdir(exist_ok=True)
    text = shipped().content.replace('"2026.1"', '"2026.9"').replace("key: gaj,", f"key: gaj, unit: {unit},")
    (folder / "x.yml").write_text(text, "utf-8")


def test_what_follows_a_start_in_an_exercise_belongs_to_it(table: Table, number: str) -> None:
    with table.desk.engine.begin() as connection:
        exercise = start(connection, "春季演练", "lead", table.clock())
    decide(table.desk, LEAD, number, START)
    with table.desk.engine.begin() as connection:
        end(connection, "lead", table.clock())
    decide(table.desk, COMMANDER, number, Change("change", 2, "影响扩大"))

    with table.desk.reads.begin() as connection:
        for found in (RESPONSE_LEVEL, CALLOUT, DELIVERY):
            assert set(connection.execute(select(found.c.exercise_id)).scalars()) == {exercise}


def test_the_start_and_the_end_start_clocks(table: Table, number: str) -> None:
    decide(table.desk, LEAD, number, START)
    assert _clocks(table, number) == {"L-CONSULT": "2026-11-23T14:00:00.000000Z"}
    table.clock.pass_by(hours=1)
    decide(table.desk, LEAD, number, Change("end", None, "处置完毕"))

    assert _clocks(table, number) == {
        "L-INVEST": "2026-12-23T13:00:00.000000Z",
        # ten working days, over two weekends, to the end of the office hours
        "L-REVIEW": "2026-12-07T10:00:00.000000Z",
    }


def _clocks(table: Table, number: str) -> dict[str, str]:
    with table.desk.reads.begin() as connection:
        grading = connection.execute(select(INCIDENT.c.grading).where(INCIDENT.c.id == number)).scalar_one()
    return {entry["id"]: entry["due"] for entry in grading["response"]}


def test_a_row_that_somebody_put_first_makes_the_second_look_again(table: Table, number: str) -> None:
    decide(table.desk, LEAD, number, START)
    with table.desk.engine.begin() as connection:
        row = dict(history(connection, number)[0]._mapping)
        connection.execute(insert(RESPONSE_LEVEL).values(**{**row, "id": None, "seq": 3}))
        connection.execute(update(RESPONSE_LEVEL).where(RESPONSE_LEVEL.c.seq == 3).values(at=table.clock()))
    with pytest.raises(Stale):
        decide(table.desk, LEAD, number, Change("end", None, "处置完毕", seq=1))
