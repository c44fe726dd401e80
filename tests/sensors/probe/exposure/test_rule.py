"""The values of a rule."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from sensors.probe.answer import Method
from sensors.probe.exposure.rule import Request, Rule


def test_a_rule_never_changes() -> None:
    rule = Rule("x", "X", "high", (Request(Method.GET, ("/",)),))

    with pytest.raises(FrozenInstanceError):
        rule.id = "y"


def test_a_request_can_only_read() -> None:
    assert {method.value for method in Method} == {"GET", "HEAD", "OPTIONS"}
    assert Request(Method.HEAD, ("/",)).redirects is False
