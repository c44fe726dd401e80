"""What each view shows."""

from __future__ import annotations

from console.wall.numbers import Assets, Open
from console.wall.views import attacks, incidents, overall
from tests.factories import NOON


def test_availability_is_a_share_and_leads_to_the_sites_that_failed() -> None:
    found = Assets(3, 2, 1, 0, {}, visits=2000, failed=2, failing=1)
    share = overall(found, Open({}, {}))[1]

    assert (share.text, share.count, share.href) == ("99.90%", 1, "/sites?week=failed")
    assert overall(Assets(0, 0, 0, 0, {}, 0, 0, 0), Open({}, {}))[1].text == "—"


def test_for_visitors_a_source_has_a_place_and_no_address() -> None:
    named, masked = (attacks([], [("203.0.113.7", 3)], NOON, hidden)["attacks.sources"][0] for hidden in (False, True))

    assert (named.zh, masked.zh) == ("203.0.113.7", "来源 1")
    assert masked.href is None


def test_an_unknown_source_is_no_source() -> None:
    assert attacks([], [("", 3)], NOON, False)["attacks.sources"] == ()


def test_means_are_said_in_the_largest_unit_that_tells_something() -> None:
    totals = {"detect_minutes": 12, "incidents": 2, "confirm_minutes": 180, "confirmed": 1}
    totals |= {"close_minutes": 3 * 1440, "closed": 1}
    means = incidents(Open({}, {}), totals, NOON)["incidents.means"]

    assert [(mean.text, mean.text_en, mean.count) for mean in means] == [
        ("6 分", "6 min", 2),
        ("3.0 小时", "3.0 h", 1),
        ("3.0 天", "3.0 d", 1),
    ]
    assert incidents(Open({}, {}), {}, NOON)["incidents.means"][0].text == "—"
