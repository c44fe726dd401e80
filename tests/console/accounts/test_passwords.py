"""Passwords."""

from __future__ import annotations

import pytest

from console.accounts.passwords import fault_of, hash_password, one_time_password, verify_password


def test_a_password_is_known_again_and_another_is_not() -> None:
    hashed = hash_password("tiger-peak-77")

    assert hashed.startswith("$argon2id$")
    assert verify_password(hashed, "tiger-peak-77")
    assert not verify_password(hashed, "tiger-peak-78")


def test_without_a_hash_nothing_fits() -> None:
    assert not verify_password(None, "anything at all")
    assert not verify_password("none", "none")


@pytest.mark.parametrize(
    "password", ["short-1", "abcdefghijkl", "aaaaaaaa1111", "x" * 150 + "1-" * 30, "my-DUTY-desk-1"]
)
def test_a_bad_password_is_refused_in_words(password: str) -> None:
    assert fault_of(password, "duty")


@pytest.mark.parametrize("password", ["tiger-peak-77", "雪山冰川贡嘎主峰七千五百米-1", "correct horse battery"])
def test_a_good_password_passes(password: str) -> None:
    assert fault_of(password, "duty") is None


def test_one_time_passwords_differ_and_would_pass() -> None:
    many = {one_time_password() for _ in range(50)}

    assert len(many) == 50
    assert all(fault_of(password, "duty") is None for password in many)
