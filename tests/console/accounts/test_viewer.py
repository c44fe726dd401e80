"""Who is looking."""

from __future__ import annotations

from console.accounts.viewer import Viewer


def who(*roles: str, counties: frozenset[str] | None = None, units: frozenset[str] | None = None) -> Viewer:
    return Viewer("ac-1", "a", "甲", frozenset(roles), counties, units, "zh", "t")


def test_a_viewer_may_what_one_of_the_roles_may() -> None:
    assert who("owner", "editor").may("findings.work")
    assert not who("owner").may("findings.work")


def test_an_empty_scope_is_not_the_whole_prefecture() -> None:
    assert who("lead").sees_all
    assert not who("lead", counties=frozenset(), units=frozenset()).sees_all
