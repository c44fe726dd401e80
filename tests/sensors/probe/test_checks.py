"""Every family has its check, and every check of the list a family."""

from __future__ import annotations

from importlib import resources

import yaml

from sensors.probe.checks import CHECKS
from sensors.probe.settings import FAMILIES


def test_families_and_checks_are_the_same() -> None:
    assert set(CHECKS) == set(FAMILIES)


def test_every_check_of_the_list_belongs_to_a_family() -> None:
    listed = yaml.safe_load((resources.files("rules") / "checks.yml").read_text("utf-8"))

    assert {name.partition("/")[0] for name in listed} <= set(CHECKS)
