"""Who is looking: the account behind a request, as a value."""

from __future__ import annotations

from dataclasses import dataclass

from console.accounts.permissions import allowed


@dataclass(frozen=True, slots=True)
class Viewer:
    """One logged-in person with roles and scope. No scope at all (both None) means the whole prefecture."""

    account_id: str
    login: str
    name: str
    roles: frozenset[str]
    # What a person may see is the union: rows of these counties, and rows of these units.
    counties: frozenset[str] | None
    units: frozenset[str] | None
    language: str
    csrf: str

    def may(self, permission: str) -> bool:
        """Whether one of the roles gives this permission."""
        return allowed(self.roles, permission)

    @property
    def sees_all(self) -> bool:
        return self.counties is None and self.units is None
