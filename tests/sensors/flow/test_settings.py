"""Settings out of their range are refused by name."""

from __future__ import annotations

from dataclasses import fields
from datetime import timedelta

import pytest

from sensors.flow.settings import MeterSettings, microseconds


@pytest.mark.parametrize(
    ("name", "value"),
    [("idle_timeout", timedelta(0)), ("active_timeout", timedelta(days=367)), ("max_flows", 0), ("seed", -1)],
)
def test_a_value_out_of_range_is_named(name: str, value: object) -> None:
    with pytest.raises(ValueError, match=name):
        MeterSettings(**{name: value})


def test_every_setting_says_what_it_means() -> None:
    assert all(one.metadata["meaning"].endswith(".") for one in fields(MeterSettings))


def test_spans_are_whole_microseconds() -> None:
    assert microseconds(timedelta(seconds=1, microseconds=2)) == 1_000_002
