"""A key is made once and read again."""

from __future__ import annotations

from pathlib import Path

import pytest

from sensors.probe.scope import ScopeError, public_pem
from sensors.probe.scope_key import private_key, public_path


def test_a_key_is_made_at_first_use_with_its_public_half(tmp_path: Path) -> None:
    path = tmp_path / "scope.key"
    made = private_key(path)

    assert public_pem(private_key(path)) == public_pem(made) == public_path(path).read_bytes()
    assert path.stat().st_mode & 0o077 == 0


def test_a_file_that_is_no_key_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "scope.key").write_text("nonsense")

    with pytest.raises(ScopeError, match=r"scope\.key"):
        private_key(tmp_path / "scope.key")
