"""Who acts on a notice at the desk, and the rule that two acts need two people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from analytics.lifecycle import Unfit
from console.notices.lifecycle import REASONED
from console.notices.records import Words


class SamePerson(PermissionError):
    """One person may not do both; another account has to. More roles, another tab or the API change nothing."""

    def __init__(self, why: Words) -> None:
        super().__init__(why.en)
        self.zh = why.zh


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
            raise Unfit("请写明理由，至少两个字", "say why in at least two characters")


def apart(person: Person, others: Iterable[str | None], why: Words) -> None:
    """SamePerson when this account is among those who acted before."""
    if person.account in [one for one in others if one]:
        raise SamePerson(why)
