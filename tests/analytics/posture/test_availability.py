"""Availability by the arithmetic of the check of government websites."""

from __future__ import annotations

import pytest

from analytics.posture.availability import availability


def test_without_visits_there_is_no_share() -> None:
    assert availability([]).share is None
    assert not availability([(0, 0)]).vetoed


@pytest.mark.parametrize(("failed", "vetoed"), [(6, False), (7, True), (8, True)])
def test_from_five_in_a_hundred_on_a_site_counts_as_closed(failed: int, vetoed: bool) -> None:
    week = availability([(20, 1)] * 6 + [(20, failed - 6)])

    assert (week.vetoed, week.visits, week.failed) == (vetoed, 140, failed)
    assert week.share == pytest.approx(1 - failed / 140)


def test_a_verdict_needs_twenty_visits_on_each_of_seven_days() -> None:
    assert availability([(20, 0)] * 7).settled
    assert not availability([(200, 0)] * 6 + [(19, 0)]).settled
