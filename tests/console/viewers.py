"""People as values, for what needs no session."""

from __future__ import annotations

from console.accounts.viewer import Viewer


def viewer_of(*roles: str, counties: frozenset[str] | None = None, units: frozenset[str] | None = None) -> Viewer:
    """Somebody of these roles and scope."""
    return Viewer("ac-x", "x", "测试", frozenset(roles), counties, units, "zh", "csrf")
