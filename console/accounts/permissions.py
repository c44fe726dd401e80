"""Roles and what each may do: the one table. What is not written here is denied."""

from __future__ import annotations

from typing import Final

# Anybody who is logged in: own account, the workbench's frame.
SELF: Final = "self"

PERMISSIONS: Final = (
    "alerts.read",
    "alerts.judge",
    "incidents.read",
    "incidents.work",
    "incidents.confirm",
    "findings.read",
    "findings.work",
    "sites.read",
    "sites.manage",
    "events.read",
    "health.read",
    "audit.read",
    "accounts.manage",
)

_READS: Final = frozenset({"alerts.read", "incidents.read", "findings.read", "sites.read"})
_WORKS: Final = _READS | {"alerts.judge", "incidents.work", "findings.work", "events.read"}

ROLES: Final[dict[str, frozenset[str]]] = {
    "analyst": _WORKS | {"health.read"},
    "lead": _WORKS | {"health.read", "incidents.confirm", "sites.manage"},
    "commander": _READS | {"events.read", "health.read", "incidents.confirm"},
    "editor": frozenset({"incidents.read", "findings.read", "findings.work", "sites.read"}),
    "county": _WORKS,
    "owner": frozenset({"findings.read", "sites.read"}),
    "auditor": frozenset({"audit.read"}),
    "administrator": frozenset({"accounts.manage", "health.read"}),
}

# 三员分立: these look after the system and never see business data, so no scope goes with them.
APART: Final = frozenset({"auditor", "administrator"})


def allowed(roles: frozenset[str], permission: str) -> bool:
    """Whether any of the roles gives the permission; an unknown role gives nothing."""
    return permission == SELF or any(permission in ROLES.get(role, frozenset()) for role in roles)
