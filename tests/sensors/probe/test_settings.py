"""A probe's settings cannot make it rude."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from sensors.probe.settings import FAMILIES, ProbeSettings, meanings


def test_every_setting_says_what_it_is_for() -> None:
    assert all(text.endswith(".") for text in meanings().values())


def test_who_probes_is_named() -> None:
    named = ProbeSettings(unit="州委网信办", contact="https://x.gov.cn/probe")
    agent = named.user_agent() if callable(named.user_agent) else named.user_agent

    assert "https://x.gov.cn/probe" in agent


def test_each_family_has_a_period() -> None:
    assert all(ProbeSettings().period(family) > timedelta(0) for family in FAMILIES)


@pytest.mark.parametrize("wrong", [{"timeout": timedelta(0)}, {"requests_per_second": 0.0}, {"families": ("login",)}])
def test_what_cannot_be_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        replace(ProbeSettings(), **wrong)
