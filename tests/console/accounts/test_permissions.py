"""The table of roles."""

from __future__ import annotations

from console.accounts.permissions import PERMISSIONS, ROLES, SELF, allowed

BUSINESS = {
    name for name in PERMISSIONS if name.split(".")[0] in ("alerts", "incidents", "findings", "sites", "events")
}


def test_roles_name_only_known_permissions() -> None:
    assert {name for names in ROLES.values() for name in names} <= set(PERMISSIONS)


def test_every_permission_is_some_roles() -> None:
    assert {name for names in ROLES.values() for name in names} == set(PERMISSIONS)


def test_administrator_and_auditor_have_no_business_data() -> None:
    assert not (ROLES["administrator"] | ROLES["auditor"]) & BUSINESS
    assert ROLES["auditor"] == {"audit.read"}


def test_nobody_who_works_keeps_accounts_or_reads_the_audit() -> None:
    for role in ROLES.keys() - {"administrator", "auditor"}:
        assert not ROLES[role] & {"accounts.manage", "audit.read"}


def test_an_unknown_role_gives_nothing() -> None:
    assert not allowed(frozenset({"root"}), "alerts.read")
    assert allowed(frozenset(), SELF)
