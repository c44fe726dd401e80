from __future__ import annotations

from datetime import datetime

from analytics.alerts.alert import Alert
from analytics.correlation.readings import Reading, readings, spell
from analytics.grading.propose import Spell
from analytics.grading.tables import load_tables
from tests.analytics_values import alert
from tests.factories import at, segment
from tests.intake_bench import look

KIND = load_tables().kinds["tamper_illegal"]


def tamper(first: float, last: float) -> list[Alert]:
    return [alert(class_code="02.09", stage="impact", first_seen=at(first), last_seen=at(last))]


def seen(bad: bool, seconds: float) -> Reading:
    return Reading("kd-003", "content/tamper", "home", bad, at(seconds))


def good_at_noon(site_id: str, check_id: str, before: datetime) -> datetime | None:
    return at(0) if before > at(0) else None


def test_only_the_looks_that_were_asked_for_are_read() -> None:
    batch = look("fail", 1, 60).batch

    assert readings(batch, ["content/tamper"]) == [Reading("kd-003", "content/tamper", "home", True, at(60))]
    assert readings(batch, ["availability/home"]) == []
    assert readings(look("unknown", 1, 60).batch, ["content/tamper"]) == []
    assert readings(segment("flow", {"source.ip": "192.0.2.1"}).batch, ["content/tamper"]) == []


def test_a_spell_starts_at_the_last_good_look_in_the_store() -> None:
    found = spell(KIND, tamper(360, 360), [seen(True, 360)], None, good_at_noon)

    assert found == Spell(good=at(0), first_bad=at(360), last_bad=at(360), clean=None, page="home")


def test_it_grows_with_bad_looks_and_ends_with_the_first_good_one() -> None:
    begun = Spell(at(0), at(360), at(360))

    grown = spell(KIND, tamper(360, 360), [seen(True, 660), seen(False, 960), seen(False, 1260)], begun, good_at_noon)

    assert grown == Spell(at(0), at(360), at(660), clean=at(960))


def test_bad_again_after_a_good_look_goes_on() -> None:
    ended = Spell(at(0), at(360), at(360), clean=at(660))

    again = spell(KIND, tamper(360, 360), [seen(True, 960)], ended, good_at_noon)

    assert again == Spell(at(0), at(360), at(960), clean=None)


def test_a_good_look_that_arrives_late_narrows_the_window() -> None:
    begun = Spell(at(0), at(360), at(360))

    narrowed = spell(KIND, tamper(360, 360), [seen(False, 300)], begun, good_at_noon)

    assert narrowed == Spell(at(300), at(360), at(360))


def test_without_an_alert_of_its_classes_there_is_no_spell() -> None:
    assert spell(KIND, [alert()], [seen(True, 360)], None, good_at_noon) is None
