from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from analytics.grading.propose import Facts, Spell, leading_class, propose
from analytics.grading.tables import load_tables
from tests.factories import at

TABLES = load_tables()
MINUTE = 60


def tampered(bad_until: float, **changed: Any) -> Spell:
    """The home page was in order at noon, bad from minute 5 until a moment."""
    spell = Spell(good=at(0), first_bad=at(5 * MINUTE), last_bad=at(bad_until))
    return replace(spell, **changed)


def facts(spell: Spell | None = None, **changed: Any) -> Facts:
    base = Facts(
        now=at(6 * MINUTE),
        detected_at=at(6 * MINUTE),
        classes=("02.01", "02.03", "02.09"),
        rank="部门",
        protection_level=2,
        spells={"tamper_illegal": spell} if spell else {},
    )
    return replace(base, **changed)


def test_what_was_done_names_the_incident_before_how_it_was_done() -> None:
    assert leading_class(("02.01", "02.03", "02.09", "02.18"), TABLES) == "02.09"
    assert leading_class(("02.01",), TABLES) == "02.01"
    assert leading_class(("99.99",), TABLES) is None


def test_a_fresh_tampering_is_ordinary_and_says_when_it_will_not_be() -> None:
    proposal = propose(facts(tampered(5 * MINUTE)), TABLES)

    assert (proposal.class_code, proposal.level) == ("02.09", 4)
    assert [row.id for row in proposal.matched] == ["matrix-ordinary-considerable"]
    assert [(row.level, row.at) for row in proposal.next] == [(3, at(30 * MINUTE))]
    assert "违法" in proposal.next[0].words.zh


def test_the_tamper_clock_runs_from_the_last_good_look() -> None:
    just = facts(tampered(29 * MINUTE), now=at(30 * MINUTE))

    assert propose(just, TABLES).level == 3
    assert propose(replace(just, now=at(30 * MINUTE - 1)), TABLES).level == 4


def test_thirty_minutes_make_it_considerable_and_start_the_four_hours() -> None:
    proposal = propose(facts(tampered(40 * MINUTE), now=at(40 * MINUTE)), TABLES)

    assert proposal.level == 3
    assert proposal.matched[0].id == "tamper-home-30m"
    clocks = {clock.id: clock for clock in proposal.clocks}
    assert clocks["R-LOC-1"].due == at(6 * MINUTE) + timedelta(hours=4)
    assert "第四条" in clocks["R-LOC-1"].article
    assert clocks["R-LOC-1"].confidence == "C"


def test_a_spell_that_nobody_watches_is_not_taken_to_go_on() -> None:
    assert propose(facts(tampered(10 * MINUTE), now=at(600 * MINUTE)), TABLES).level == 4


def test_a_spell_that_ended_threatens_nothing_more() -> None:
    ended = tampered(10 * MINUTE, clean=at(15 * MINUTE))

    proposal = propose(facts(ended, now=at(20 * MINUTE)), TABLES)

    assert (proposal.level, proposal.next) == (4, ())


def test_another_page_has_its_own_longer_limits() -> None:
    other = tampered(115 * MINUTE, page="other")

    assert propose(facts(other, now=at(119 * MINUTE)), TABLES).level == 4
    assert propose(facts(other, now=at(120 * MINUTE)), TABLES).level == 3


@pytest.mark.parametrize(
    ("rank", "minutes", "level"), [("县级", 300, 4), ("地市级", 119, 4), ("地市级", 120, 3), ("地市级", 360, 2)]
)
def test_a_portal_that_is_down_is_graded_by_its_rank(rank: str, minutes: int, level: int) -> None:
    down = Spell(good=at(0), first_bad=at(60), last_bad=at(minutes * MINUTE))
    known = Facts(
        now=at(minutes * MINUTE),
        detected_at=at(60),
        classes=("08.01",),
        rank=rank,
        spells={"portal_down": down},
    )

    assert propose(known, TABLES).level == level


def test_critical_infrastructure_must_be_reported_within_the_hour() -> None:
    proposal = propose(facts(tampered(5 * MINUTE), is_cii=True), TABLES)

    assert (proposal.object.name, proposal.level) == ("critical", 3)
    due = {clock.id: clock.due for clock in proposal.clocks if clock.kind == "deadline"}
    assert due["R-CII-1"] == at(6 * MINUTE) + timedelta(hours=1)
    assert "R-LOC-1" not in due


def test_numbers_that_people_entered_count() -> None:
    assert propose(facts(numbers={"pi_leak": 1_000_000}), TABLES).level == 3
    assert propose(facts(numbers={"pi_leak": 999_999}), TABLES).level == 4


def test_a_confirmed_class_and_level_stand_and_carry_their_deadlines() -> None:
    confirmed = facts(tampered(5 * MINUTE), confirmed_class="02.10", confirmed_level=2, confirmed_at=at(600))

    proposal = propose(confirmed, TABLES)

    assert proposal.class_code == "02.10"
    assert {"R-LOC-1", "I-PUSH"} <= {clock.id for clock in proposal.clocks}
    assert all(clock.kind == "deadline" for clock in proposal.clocks)


def test_an_incident_without_facts_is_ordinary() -> None:
    bare = propose(Facts(now=at(0), detected_at=at(0), classes=()), TABLES)

    assert (bare.class_code, bare.level) == (None, 4)
    assert [clock.id for clock in bare.clocks] == ["I-GEN"]


def due(known: Facts) -> dict[str, Any]:
    return {clock.id: clock.due for clock in propose(known, TABLES).clocks if clock.kind != "threshold"}


def test_the_clock_runs_from_when_it_was_learned_if_that_was_before_it_was_seen() -> None:
    told = facts(tampered(5 * MINUTE), confirmed_level=3, learned_at=at(0))
    later = replace(told, learned_at=at(3600))

    assert due(told)["R-LOC-1"] == at(0) + timedelta(hours=4)
    assert due(later)["R-LOC-1"] == at(6 * MINUTE) + timedelta(hours=4)


def test_the_final_report_is_due_thirty_days_after_the_end_and_not_before() -> None:
    ended = facts(confirmed_level=3, closed_at=at(0))

    assert due(ended)["R-FIN"] == at(0) + timedelta(days=30)
    assert "R-FIN" not in due(replace(ended, closed_at=None))
    assert "R-FIN" not in due(replace(ended, confirmed_level=4))


def test_what_the_province_must_do_after_receipt_is_a_clock_of_others() -> None:
    received = facts(confirmed_level=2, received_at=at(0))
    watched = {clock.id: (clock.kind, clock.due) for clock in propose(received, TABLES).clocks}

    assert watched["R-LOC-2"] == ("others", at(0) + timedelta(hours=1))
    assert "R-CII-2" not in watched
    assert due(replace(received, is_cii=True))["R-CII-2"] == at(0) + timedelta(minutes=30)
    assert not {"R-LOC-2", "R-CEN-2"} & set(due(replace(received, confirmed_level=3)))


def test_central_organs_report_to_their_own_body_first() -> None:
    central = facts(confirmed_level=2, rank="中央", received_at=at(0))

    assert due(central)["R-CEN-1"] == at(6 * MINUTE) + timedelta(hours=2)
    assert due(central)["R-CEN-2"] == at(0) + timedelta(hours=1)


@pytest.mark.parametrize(
    ("known", "has", "has_not"),
    [
        (facts(), {"R-POL", "R-SEC", "R-VEND"}, {"R-SUP", "R-DATA", "R-PI"}),
        (facts(confirmed_level=3), {"R-SUP"}, {"R-DATA"}),
        (facts(confirmed_class="03.01", confirmed_level=4), {"R-DATA"}, {"R-PI", "R-SUP"}),
        (facts(numbers={"pi_leak": 1}), {"R-PI"}, {"R-DATA"}),
    ],
)
def test_duties_without_a_moment_stand_where_they_bind(known: Facts, has: set[str], has_not: set[str]) -> None:
    named = {duty.id for duty in propose(known, TABLES).duties}

    assert has <= named
    assert not has_not & named


def test_every_rule_names_its_article_and_how_sure_it_is() -> None:
    assert all(duty.article and duty.basis in ("C", "C-", "G", "A") for duty in TABLES.deadlines)
    assert {"R-CII-1", "R-CII-2", "R-CEN-1", "R-CEN-2", "R-LOC-1", "R-LOC-2", "R-POL", "R-SEC", "R-SUP", "R-FIN"} | {
        "R-VEND",
        "R-DATA",
        "R-DATA24",
        "R-PI",
    } <= {duty.id for duty in TABLES.deadlines}


def test_a_flaw_that_endangers_the_public_is_reported_within_a_day() -> None:
    assert due(facts(numbers={"product_flaw": 1}))["R-DATA24"] == at(6 * MINUTE) + timedelta(hours=24)
