"""One-time links."""

from __future__ import annotations

import stat
from pathlib import Path

from console.notify.links import PLACE, hash_of, load_key, token_of, with_link


def test_the_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    assert load_key(tmp_path) == load_key(tmp_path)
    assert len(load_key(tmp_path)) == 32
    assert stat.S_IMODE((tmp_path / "links.key").stat().st_mode) == 0o600


def test_a_token_belongs_to_its_message_and_its_key() -> None:
    token = token_of(b"k" * 32, "callout:1")

    assert token == token_of(b"k" * 32, "callout:1")
    assert len({token, token_of(b"k" * 32, "callout:2"), token_of(b"x" * 32, "callout:1")}) == 3
    assert len(token) == 32
    assert token not in hash_of(token)
    assert with_link(f"去 {PLACE}", "http://desk/", token) == f"去 http://desk/a/{token}"
