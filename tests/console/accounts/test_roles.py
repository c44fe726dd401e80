"""What the roles are called."""

from __future__ import annotations

from console.accounts.permissions import ROLES
from console.accounts.roles import ROLE_WORDS, role_words


def test_every_role_has_its_word() -> None:
    assert ROLE_WORDS.keys() == ROLES.keys()


def test_an_unknown_role_keeps_its_name() -> None:
    assert role_words("x") == "x"
