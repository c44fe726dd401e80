from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.findings.finding import MOVES, Finding, first, key_of, load_policy, moved, observed
from analytics.lifecycle import IllegalMove
from tests.analytics_values import sighting
from tests.factories import at

POLICY = load_policy()
DAY = 86400


def clean(finding: Finding, *times: float) -> Finding:
    for seconds in times:
        finding, _ = observed(finding, sighting(present=False, at=at(seconds)), POLICY)
    return finding


def seen(finding: Finding, seconds: float) -> Finding:
    return observed(finding, sighting(at=at(seconds)), POLICY)[0]


def test_a_first_sighting_makes_a_new_finding_whose_id_follows_from_its_key() -> None:
    finding = first(sighting())

    assert (finding.state, finding.key, finding.times_seen) == ("new", "kd-003|exposure/git|/.git/config", 1)
    assert first(sighting(at=at(99))).id == finding.id


def test_seen_again_on_another_port_it_stays_one_finding_with_two_addresses() -> None:
    finding, moves = observed(first(sighting()), sighting(at=at(60), addresses=("10.0.3.17:8080",)), POLICY)

    assert (finding.times_seen, finding.addresses, moves) == (2, ("10.0.3.17:80", "10.0.3.17:8080"), ())


def test_three_clean_observations_close_what_nobody_was_told_of() -> None:
    finding = clean(first(sighting()), 60, 120)
    assert (finding.state, finding.clean_since, finding.clean_times) == ("new", at(60), 2)

    finding, moves = observed(finding, sighting(present=False, at=at(180)), POLICY)
    assert finding.state == "closed"
    assert [(move.state_from, move.state_to, move.by) for move in moves] == [("new", "closed", "gongga")]


def test_a_fault_in_between_starts_the_counting_anew() -> None:
    finding = clean(seen(clean(first(sighting()), 60, 120), 150), 180, 240)

    assert (finding.state, finding.clean_times) == ("new", 2)


@pytest.mark.parametrize("state", ["noticed", "rectifying", "accepted"])
def test_what_a_person_is_bound_to_does_not_close_by_itself(state: str) -> None:
    finding = clean(replace(first(sighting()), state=state), 60, 120, 180, 240)

    assert (finding.state, finding.clean_times) == (state, 4)


def test_one_clean_look_after_it_was_asked_for_passes_the_retest() -> None:
    rectified = clean(replace(first(sighting()), state="rectifying"), 60, 120)
    retest = moved(rectified, "retest")
    own = sighting(present=False, at=at(180), round="retest/rt-1")

    assert retest.clean_times == 0
    assert observed(retest, own, POLICY, "rt-1")[0].state == "closed"


def test_neither_a_scheduled_round_nor_another_order_answers_a_retest() -> None:
    retest = moved(replace(first(sighting()), state="rectifying"), "retest")
    other = sighting(present=False, at=at(200), round="retest/rt-0")

    assert clean(retest, 60, 120, 180).state == "retest"
    assert observed(retest, other, POLICY, "rt-1")[0].state == "retest"
    assert observed(retest, other, POLICY, None)[0].state == "retest"


def test_what_its_own_retest_still_sees_goes_back_to_be_mended() -> None:
    retest = moved(replace(first(sighting()), state="rectifying"), "retest")
    back, moves = observed(retest, sighting(at=at(60), round="retest/rt-1"), POLICY, "rt-1")

    assert (back.state, moves[0].state_to, back.last_seen) == ("rectifying", "rectifying", at(60))
    assert observed(retest, sighting(at=at(60), round="kd-003/exposure/x"), POLICY, "rt-1")[0].state == "retest"


def test_seen_again_soon_after_closing_is_a_rebound_and_long_after_a_new_finding() -> None:
    closed = clean(first(sighting()), 60, 120, 180)

    back, moves = observed(closed, sighting(at=at(60 + 90 * DAY)), POLICY)
    assert (back.state, back.clean_times) == ("reopened", 0)
    assert "反弹" in moves[0].reason
    assert seen(closed, 61 + 91 * DAY).state == "new"


def test_a_fault_that_arrives_late_does_not_reopen_what_was_clean_since() -> None:
    closed = clean(first(sighting()), 60, 120, 180)

    assert seen(closed, 30).state == "closed"
    assert seen(closed, 30).times_seen == 2


def test_a_clean_look_from_before_the_fault_counts_for_nothing() -> None:
    assert clean(first(sighting()), -60, -30, 0) == first(sighting())


def test_an_accepted_risk_comes_back_when_its_date_is_over() -> None:
    accepted = replace(first(sighting()), state="accepted", accepted_until=at(DAY))

    assert seen(accepted, DAY).state == "accepted"
    assert seen(accepted, DAY + 1).state == "reopened"


def test_a_false_positive_stays_one_however_often_it_is_seen() -> None:
    finding = seen(replace(first(sighting()), state="false_positive"), 60)

    assert (finding.state, finding.times_seen) == ("false_positive", 2)


def test_a_move_that_is_not_in_the_table_raises() -> None:
    with pytest.raises(IllegalMove):
        moved(first(sighting()), "retest")
    assert {to for targets in MOVES.values() for to in targets} <= set(MOVES)


def test_a_long_location_keeps_its_key_apart() -> None:
    one, other = (key_of("kd-003", "exposure/git", "/" + "x" * 400 + end) for end in "ab")

    assert len(one) <= 300
    assert one != other


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.integers(-10, 40 * DAY)), max_size=25))
def test_a_finding_only_ever_makes_moves_of_the_table(looks: list[tuple[bool, int]]) -> None:
    finding, states = first(sighting()), ["new"]
    for present, seconds in looks:
        finding, moves = observed(finding, sighting(present=present, at=at(seconds)), POLICY)
        states += [move.state_to for move in moves]

    assert all(later in MOVES[earlier] for earlier, later in pairwise(states))
    assert finding.first_seen <= finding.last_seen
