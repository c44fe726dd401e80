"""Which clocks are to be warned of now, and whom: pure, from the rules in `playbooks/clocks.yml`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from console.web.clocks import entries, is_over, moment_of


@dataclass(frozen=True, slots=True)
class Rule:
    """At which share of a clock's time whom to tell."""

    percent: int
    roles: tuple[str, ...]
    # step of the mechanism → letter of its part
    acting: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Warning:
    """A clock that has used up a share of its time."""

    clock: Mapping[str, Any]
    due: datetime
    rule: Rule

    @property
    def ref(self) -> str:
        """What makes it one: the clock, its moment, the share. A clock that starts anew is warned of anew."""
        return f"{str(self.clock['id'])[:40]}:{self.rule.percent}:{self.due:%Y%m%dT%H%M%S}"


@cache
def load_rules() -> tuple[Rule, ...]:
    """The shipped rules, the smallest share first."""
    data = yaml.safe_load((files("playbooks") / "clocks.yml").read_text("utf-8"))
    rules = [Rule(one["percent"], tuple(one.get("roles", ())), one.get("acting", {})) for one in data["warn"]]
    return tuple(sorted(rules, key=lambda rule: rule.percent))


def warnings(grading: object, now: datetime, closed_at: datetime | None, rules: tuple[Rule, ...]) -> Iterator[Warning]:
    """The gravest warning of each running duty; who comes late is not told of shares that passed long before."""
    for clock in entries(grading):
        due, start = moment_of(clock.get("due")), moment_of(clock.get("starts"))
        if due is None or clock.get("kind", "deadline") != "deadline" or is_over(clock, due, now, closed_at):
            continue
        passed = [rule for rule in rules if _has_used(start, due, now, rule.percent)]
        if passed:
            yield Warning(clock, due, passed[-1])


def _has_used(start: datetime | None, due: datetime, now: datetime, percent: int) -> bool:
    if start is None or start >= due:
        return percent >= 100 and now >= due
    return now >= start + (due - start) * percent / 100
