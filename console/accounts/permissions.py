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
    # Work on steps of a playbook and acknowledge calls; start a response level; decide an approval.
    "response.read",
    "response.work",
    "response.decide",
    # An official notice is drafted by one, reviewed by another, signed; the unit it is for answers it.
    "notices.read",
    "notices.draft",
    "notices.review",
    "notices.sign",
    "notices.answer",
    # Messages to and from the province: drafted by one, released by two.
    "province.read",
    "province.work",
    "province.release",
    "intelligence.read",
    "intelligence.manage",
    "wall.read",
    "exercise.manage",
)

_READS: Final = frozenset({"alerts.read", "incidents.read", "findings.read", "sites.read", "response.read"})
_WORKS: Final = _READS | {"alerts.judge", "incidents.work", "findings.work", "events.read", "response.work"}
_SEES: Final = frozenset({"notices.read", "province.read", "intelligence.read", "wall.read"})

ROLES: Final[dict[str, frozenset[str]]] = {
    "analyst": _WORKS | _SEES | {"health.read", "province.work", "intelligence.manage"},
    "lead": _WORKS
    | _SEES
    | {"health.read", "incidents.confirm", "sites.manage", "response.decide", "province.work", "province.release"}
    | {"intelligence.manage", "exercise.manage"},
    "commander": _READS
    | _SEES
    | {"events.read", "health.read", "incidents.confirm", "response.decide", "province.release", "exercise.manage"}
    | {"notices.sign"},
    "editor": frozenset({"incidents.read", "findings.read", "findings.work", "sites.read", "response.read"})
    | {"notices.read", "notices.draft", "notices.review", "wall.read"},
    "county": _WORKS | {"notices.read", "intelligence.read"},
    "owner": frozenset({"findings.read", "sites.read", "notices.answer"}),
    # The big screen in the hall: it reads the wall and nothing else.
    "screen": frozenset({"wall.read"}),
    "auditor": frozenset({"audit.read"}),
    "administrator": frozenset({"accounts.manage", "health.read"}),
}

# 三员分立: these look after the system and never see business data, so no scope goes with them.
APART: Final = frozenset({"auditor", "administrator"})


def allowed(roles: frozenset[str], permission: str) -> bool:
    """Whether any of the roles gives the permission; an unknown role gives nothing."""
    return permission == SELF or any(permission in ROLES.get(role, frozenset()) for role in roles)
