"""Passwords: Argon2id, one set of rules, and the same time for a name that nobody has."""

from __future__ import annotations

import secrets
import threading
from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from console.web.i18n import mark

# Each check takes 64 MiB and a core for a moment: many log-ins at once wait for each other.
_GATE: Final = threading.BoundedSemaphore(2)
LEAST: Final = 12
MOST: Final = 200
# Without characters that are mistaken for each other on paper.
_ALPHABET: Final = "abcdefghjkmnpqrstuvwxyz23456789"


def hash_password(password: str) -> str:
    with _GATE:
        return _hasher().hash(password)


def verify_password(hashed: str | None, password: str) -> bool:
    """Whether it is the password. Without a hash it takes as long and is false."""
    known = hashed or _nobodys()
    try:
        with _GATE:
            return _hasher().verify(known, password) and hashed is not None
    except (VerificationError, InvalidHashError):
        return False


def fault_of(password: str, login: str) -> str | None:
    """What is wrong with a new password, as a source string; None when nothing is."""
    if len(password) < LEAST:
        return mark("口令太短：至少 12 位")
    if len(password) > MOST:
        return mark("口令太长：至多 200 位")
    if login.lower() in password.lower():
        return mark("口令不能包含账号")
    kinds = {"letter" if char.isalpha() else "digit" if char.isdigit() else "sign" for char in password}
    if len(kinds) < 2 or len(set(password)) < 5:
        return mark("口令太简单：请混用字母、数字或符号，并避免重复")
    return None


def one_time_password() -> str:
    """A password to hand over, some 79 random bits; it must be changed at first use."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _nobodys() -> str:
    return hash_password(secrets.token_hex(16))
