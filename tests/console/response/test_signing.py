"""The installation's signatures."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from console.response.signing import BadKey, canonical, load_signer


def test_the_key_is_made_once_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    first, second = load_signer(tmp_path), load_signer(tmp_path)

    assert first.key_id == second.key_id
    assert stat.S_IMODE((tmp_path / "response.key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["response.key"]


def test_a_signature_holds_over_its_text_and_no_other(tmp_path: Path) -> None:
    signer = load_signer(tmp_path)
    text = canonical({"b": 1, "a": "级"})
    signature = signer.sign(text)

    assert text == '{"a":"级","b":1}'
    assert signer.holds(text, signature)
    assert not signer.holds(text + " ", signature)
    assert not signer.holds(text, "no base64!")
    assert not signer.holds(text, "")


def test_another_installation_did_not_sign_it(tmp_path: Path) -> None:
    ours, theirs = tmp_path / "a", tmp_path / "b"
    ours.mkdir()
    theirs.mkdir()
    signature = load_signer(theirs).sign("x")

    assert not load_signer(ours).holds("x", signature)


def test_a_damaged_key_is_said_and_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "response.key").write_text("nonsense")
    with pytest.raises(BadKey, match="restore it from the backup"):
        load_signer(tmp_path)
    assert (tmp_path / "response.key").read_text() == "nonsense"
