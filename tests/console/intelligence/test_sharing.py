"""Passing intelligence on by two people."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select, update

from analytics.intel.records import indicator_id
from analytics.intel.tables import INDICATOR
from analytics.lifecycle import IllegalMove, Stale, Unknown
from console.accounts.viewer import Viewer
from console.audit.tables import AUDIT_ENTRY
from console.exercise.state import start
from console.intelligence.exchange import accept
from console.intelligence.sharing import (
    OnePerson,
    Wish,
    decide,
    document,
    preview,
    propose,
    share,
    shares,
    states_of,
    withdraw,
)
from console.intelligence.tables import TAXII_OBJECT
from console.province.tables import OUTBOX
from sensors.contract.batch import time_text
from tests.console.deskdata import alert
from tests.console.deskside import Table, two_counties
from tests.factories import NOON, at
from tests.intel_values import bundle, indicator, stix_id

ONE = indicator_id(stix_id(1))


def person(login: str, *counties: str) -> Viewer:
    some = frozenset(counties) or None
    return Viewer(f"ac-{login}", login, login, frozenset({"lead"}), some, frozenset() if some else None, "zh", "x")


A, B = person("analyst"), person("lead")


def known(table: Table) -> None:
    with table.desk.engine.begin() as connection:
        accept(connection, bundle(indicator(1)), "别处", "公开", NOON)


def wish(*refs: str, **changed: str) -> Wish:
    return Wish(refs or (ONE,), **{"target": "province", "marking": "内部", **changed})


def row(table: Table, share_id: str) -> Any:
    with table.desk.reads.begin() as connection:
        return share(connection, A, share_id)


def test_one_proposes_another_releases_and_the_message_waits_in_the_same_transaction(table: Table) -> None:
    known(table)
    share_id = propose(table.desk, A, wish(), "省里需要")
    with table.desk.reads.begin() as connection:
        assert connection.execute(select(OUTBOX)).all() == []
        assert states_of(connection, A, [ONE]) == {ONE: "proposed"}

    decide(table.desk, B, share_id, True, "", 1)

    with table.desk.reads.begin() as connection:
        (message,) = connection.execute(select(OUTBOX)).all()
        actions = connection.execute(select(AUDIT_ENTRY.c.action)).scalars().all()
        assert states_of(connection, A, [ONE]) == {ONE: "sent"}
    assert (message.kind, message.marking, message.body["share"]) == ("intel_share", "内部", share_id)
    assert message.message_id == row(table, share_id).message_id
    assert actions[-2:] == ["intelligence.propose", "intelligence.release"]
    assert document(row(table, share_id), whole=True)["bundle"]["type"] == "bundle"


def test_one_person_cannot_be_both_and_a_second_tab_is_stale(table: Table) -> None:
    known(table)
    share_id = propose(table.desk, A, wish(), "省里需要")

    with pytest.raises(OnePerson):
        decide(table.desk, A, share_id, True, "", 1)
    decide(table.desk, B, share_id, False, "证据不足", 1)
    with pytest.raises(Stale):
        decide(table.desk, B, share_id, True, "", 1)
    with pytest.raises(IllegalMove):
        decide(table.desk, B, share_id, True, "", 2)
    with table.desk.reads.begin() as connection:
        assert connection.execute(select(func.count()).select_from(OUTBOX)).scalar_one() == 0


def test_what_changed_since_stops_the_release(table: Table) -> None:
    known(table)
    share_id = propose(table.desk, A, wish(), "省里需要")
    with table.desk.engine.begin() as connection:
        gone = indicator(1, revoked=True, modified=time_text(at(0)))
        accept(connection, bundle(gone), "别处", "公开", NOON)

    with pytest.raises(IllegalMove, match="must not leave any more"):
        decide(table.desk, B, share_id, True, "", 1)


def test_partners_get_it_by_taxii_but_never_what_an_exercise_made(table: Table) -> None:
    known(table)
    share_id = propose(table.desk, A, wish(target="taxii"), "给各县")
    decide(table.desk, B, share_id, True, "", 1)
    with table.desk.reads.begin() as connection:
        kept = select(TAXII_OBJECT.c.type, TAXII_OBJECT.c.marking).where(TAXII_OBJECT.c.source == "gongga")
        assert ("indicator", "公开") in {tuple(one) for one in connection.execute(kept)}
    with table.desk.engine.begin() as connection:
        start(connection, "夏季演练", "lead", NOON)
    practised = propose(table.desk, A, wish(target="taxii"), "演练")

    with pytest.raises(IllegalMove, match="exercise"):
        decide(table.desk, B, practised, True, "", 1)
    upward = propose(table.desk, A, wish(), "演练")
    decide(table.desk, B, upward, True, "", 1)
    with table.desk.reads.begin() as connection:
        assert connection.execute(select(OUTBOX.c.exercise_id)).scalar_one() is not None


def test_what_one_may_not_see_is_not_shared_and_not_named(table: Table) -> None:
    two_counties(table)
    alert(table.desk.engine, 1)
    elsewhere = person("other", "513322")

    built = preview(table.desk, elsewhere, wish("al-0001"))

    assert (built.items, [one.code for one in built.left_out]) == ((), ["scope"])
    with pytest.raises(ValueError, match="nothing of this may be shared"):
        propose(table.desk, elsewhere, wish("al-0001"), "试试")
    mine = propose(table.desk, A, wish("al-0001"), "上报")
    with table.desk.reads.begin() as connection:
        assert share(connection, elsewhere, mine) is None
        assert shares(connection, elsewhere) == []
        assert [one.id for one in shares(connection, A)] == [mine]
    with pytest.raises(Unknown):
        decide(table.desk, elsewhere, mine, True, "", 1)


def test_a_proposal_is_taken_back_by_who_made_it(table: Table) -> None:
    known(table)
    share_id = propose(table.desk, A, wish(), "省里需要")

    with pytest.raises(IllegalMove):
        withdraw(table.desk, B, share_id, 1)
    withdraw(table.desk, A, share_id, 1)
    assert row(table, share_id).state == "withdrawn"


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        (wish(target="moon"), "好的"),
        (wish(marking="绝密"), "好的"),
        (wish(*(f"in-{n}" for n in range(501))), "好的"),
        (wish(), " "),
        (wish("in-none"), "好的"),
    ],
)
def test_a_wish_that_makes_no_sense_changes_nothing(table: Table, asked: Wish, reason: str) -> None:
    known(table)
    with pytest.raises(ValueError, match=r"."):
        propose(table.desk, A, asked, reason)
    with table.desk.reads.begin() as connection:
        assert shares(connection, A) == []


def test_sensitive_indicators_stay_with_who_sees_the_whole_prefecture(table: Table) -> None:
    known(table)
    with table.desk.engine.begin() as connection:
        connection.execute(update(INDICATOR).values(marking="敏感"))

    assert preview(table.desk, person("county", "513301"), wish(marking="敏感")).items == ()
    assert preview(table.desk, A, wish(marking="敏感")).items == (("indicator", ONE),)
