"""Who acts on a notice at the desk, and the rule that two acts need two people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from console.notices.lifecycle import REASONED


class SamePerson(PermissionError):
    """One person may not do both; another account has to. More roles, another tab or the API change nothing."""


@dataclass(frozen=True, slots=True)
class Person:
    """An account that acts now, with its reason."""

    login: str
    account: str
    at: datetime
    reason: str = ""

    def gives_reason(self, to: str) -> None:
        """ValueError when this act needs a reason and none is given."""
        if to in REASONED and len(self.reason.strip()) < 2:
            raise ValueError("say why in at least two characters")


def apart(person: Person, others: Iterable[str | None], why: str) -> None:
    """SamePerson when this account is among those who acted before."""
    if person.account in [one for one in others if one]:
        raise SamePerson(why)
