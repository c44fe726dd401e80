"""Learning a profile, or saying why not."""

from __future__ import annotations

import pyarrow as pa

from analytics.ml.learn import LearningSettings, TooLittle, learn
from analytics.ml.profile import Profile
from tests.analytics.ml.traffic import table

SETTINGS = LearningSettings()


def learned(*tables: pa.Table, **more: frozenset[str]) -> Profile:
    profile = learn("kd-003", tables, SETTINGS, **more)
    assert isinstance(profile, Profile)
    return profile


def test_a_profile_knows_paths_parameters_and_their_values() -> None:
    profile = learned(table())

    usual = profile.parameters["/list.jsp", "page"]
    assert profile.methods["/list.jsp"] == {"GET"}
    assert usual.values == {str(number) for number in range(7)}
    assert profile.parameters["/list.jsp", "id"].longest == 2
    assert profile.days == 9


def test_too_few_days_are_said_in_words() -> None:
    answer = learn("kd-003", [table(days=3)], SETTINGS)

    assert isinstance(answer, TooLittle)
    assert "只有 3.0 天、900 次请求" in answer.reason


def test_too_few_requests_are_said_in_words() -> None:
    answer = learn("kd-003", [table(each=100)], SETTINGS)

    assert isinstance(answer, TooLittle)
    assert "100 requests" in answer.reason_en


def test_no_traffic_at_all_is_too_little() -> None:
    assert isinstance(learn("kd-003", [], SETTINGS), TooLittle)


def test_the_same_traffic_gives_the_same_profile() -> None:
    assert learned(table()).id == learned(table()).id


def test_suspicious_sources_teach_nothing() -> None:
    ordinary = table()
    sources = ["203.0.113.77" if number % 3 == 1 else "192.0.2.1" for number in range(ordinary.num_rows)]
    place = ordinary.schema.get_field_index("source.ip")
    poisoned = ordinary.set_column(place, "source.ip", pa.array(sources))

    profile = learned(poisoned, suspicious=frozenset({"203.0.113.77"}))

    assert "/search.jsp" not in profile.methods
    assert "/list.jsp" in profile.methods


def test_one_source_cannot_fill_the_profile() -> None:
    ordinary = table(days=8)
    flood = pa.table({name: [ordinary.column(name)[0].as_py()] * 5000 for name in ordinary.column_names})

    assert learned(ordinary, flood).requests <= 900 + SETTINGS.most_per_source_and_hour


def test_failed_requests_teach_nothing() -> None:
    ordinary = table()
    place = ordinary.schema.get_field_index("http.response.status_code")
    missing = ordinary.set_column(place, "http.response.status_code", pa.array([404] * ordinary.num_rows))

    assert isinstance(learn("kd-003", [missing], SETTINGS), TooLittle)
