"""The tables of the big screen."""

from __future__ import annotations

from console.wall.tables import KIOSK


def test_the_records_keep_a_hash_of_a_machines_token_and_never_the_token() -> None:
    assert "token_hash" in KIOSK.c
    assert "token" not in KIOSK.c
