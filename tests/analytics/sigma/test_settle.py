"""Correlations find the rules they count, or say why they do not run."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from analytics.sigma.correlate import Correlation
from analytics.sigma.settle import quiet, settle
from analytics.sigma.sources import Source, source_of

WEB = source_of("webserver", None, None)


def correlation(name: str, rules: tuple[str, ...], group_by: tuple[str, ...] = ()) -> Correlation:
    return Correlation(
        id=f"id-{name}",
        name=name,
        kind="event_count",
        rules=rules,
        group_by=group_by,
        timespan=timedelta(minutes=5),
        sign="GTE",
        count=3.0,
        field=None,
        aliases={},
        document={},
    )


def rules() -> dict[str, Source]:
    assert WEB is not None
    return {"id-rule": WEB}


NAMES = {"rule": "id-rule", "id-rule": "id-rule"}


def test_a_correlation_of_a_correlation_comes_after_it() -> None:
    outer, inner = correlation("outer", ("inner",)), correlation("inner", ("rule",))

    settled, reasons = settle(rules(), NAMES, [outer, inner])

    assert [one.name for one in settled] == ["inner", "outer"]
    assert settled[1].rules == ("id-inner",)
    assert not reasons


def test_correlations_that_count_each_other_are_refused() -> None:
    settled, reasons = settle(rules(), NAMES, [correlation("a", ("b",)), correlation("b", ("a",))])

    assert not settled
    assert set(reasons) == {"id-a", "id-b"}


def test_grouping_by_what_is_not_collected_is_refused_with_the_field() -> None:
    _, reasons = settle(rules(), NAMES, [correlation("a", ("rule",), ("no-such-field",))])

    assert "'no-such-field'" in reasons["id-a"]


def test_a_rule_only_counted_is_quiet_unless_a_correlation_asks_for_its_alerts() -> None:
    one = correlation("a", ("id-rule",))

    assert quiet(rules(), [one]) == {"id-rule"}
    assert quiet(rules(), [one, replace(one, generate=True)]) == set()
