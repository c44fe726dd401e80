"""Two acts need two people."""

from __future__ import annotations

import pytest

from console.notices.person import Person, SamePerson, apart
from console.notices.records import Words
from tests.factories import NOON


def test_an_account_that_acted_before_is_kept_apart_and_nobody_else() -> None:
    person = Person("a", "ac-a", NOON)
    apart(person, ["ac-b", None], Words("不行", "no"))
    with pytest.raises(SamePerson, match="no"):
        apart(person, ["ac-b", "ac-a"], Words("不行", "no"))


def test_what_changes_what_others_rely_on_needs_a_reason() -> None:
    Person("a", "ac-a", NOON).gives_reason("signed")
    Person("a", "ac-a", NOON, "误报").gives_reason("withdrawn")
    with pytest.raises(ValueError, match="say why"):
        Person("a", "ac-a", NOON, " 误 ").gives_reason("withdrawn")
