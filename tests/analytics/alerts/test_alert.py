from __future__ import annotations

from datetime import timedelta

from analytics.alerts.alert import MOST_REASONS, fits, joined, key_of, opened, strongest
from analytics.alerts.claim import MOST_EVENTS, Why
from tests.analytics_values import alert, claim
from tests.factories import at

HOUR = timedelta(hours=1)


def test_the_same_first_claim_always_opens_the_alert_of_the_same_id() -> None:
    assert opened(claim()).id == opened(claim(count=9)).id
    assert opened(claim()).id != opened(claim(first_seen=at(1))).id


def test_an_id_that_is_taken_is_not_given_again() -> None:
    assert opened(claim(), taken=[alert().id]).id != alert().id


def test_a_claim_within_the_gap_fits_and_one_after_it_does_not() -> None:
    assert fits(alert(), claim(first_seen=at(60 + 3600), last_seen=at(60 + 3600)), HOUR)
    assert not fits(alert(), claim(first_seen=at(61 + 3600), last_seen=at(61 + 3600)), HOUR)
    assert fits(alert(), claim(first_seen=at(-4000), last_seen=at(-3600)), HOUR)
    assert not fits(alert(), claim(first_seen=at(-4000), last_seen=at(-3601)), HOUR)


def test_a_claim_of_another_key_does_not_fit() -> None:
    assert not fits(alert(), claim(key="scan|kd-003|198.51.100.1"), HOUR)


def test_nothing_joins_an_alert_that_a_person_called_false_or_benign() -> None:
    assert not fits(alert(status="false"), claim(), HOUR)
    assert not fits(alert(status="benign"), claim(), HOUR)
    assert fits(alert(status="true"), claim(), HOUR)


def test_joining_counts_widens_and_keeps_the_graver_level() -> None:
    both = joined(
        alert(), claim(first_seen=at(-5), last_seen=at(90), level="high", title="更重", event_ids=("s1-000002-0",))
    )

    assert (both.count, both.first_seen, both.last_seen, both.level, both.title) == (6, at(-5), at(90), "high", "更重")
    assert both.events == ("s1-000001-0", "s1-000001-1", "s1-000002-0")
    assert joined(both, claim(level="low", title="更轻", last_seen=at(99))).title == "更重"


def test_an_alert_names_at_most_so_many_events() -> None:
    many = claim(event_ids=tuple(f"s1-000001-{number}" for number in range(200)))

    assert len(joined(opened(many), many).events) == MOST_EVENTS


def test_reasons_that_differ_in_their_numbers_only_are_one_reason() -> None:
    kept = strongest([Why(0.5, "3 个不存在的路径"), Why(0.5, "212 个不存在的路径"), Why(0.9, "上传后被执行")])

    assert [why.text for why in kept] == ["上传后被执行", "212 个不存在的路径"]
    assert len(strongest(Why(0.1, "一" * number) for number in range(1, 30))) == MOST_REASONS


def test_a_long_key_is_shortened_and_stays_distinct() -> None:
    one, other = (key_of(claim(key="x" * 300 + end)) for end in "ab")

    assert len(one) <= 200
    assert one != other
