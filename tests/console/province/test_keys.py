"""Our key and the pinned ones."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from console.province.keys import check, our_key, peer_file, pinned, public_pem
from console.province.refusal import Refusal
from console.province.signing import KeyProblem, encoded
from tests.console.province.linkside import OURS, SM2, THEIRS, pin
from tests.factories import at

SAID = b"said"


@pytest.mark.parametrize("alg", ["Ed25519", "SM2"])
def test_our_key_is_made_once_for_its_owner_only(tmp_path: Path, alg: str) -> None:
    first, again = our_key(tmp_path / "keys", alg), our_key(tmp_path / "keys", alg)
    (path,) = (tmp_path / "keys").glob(f"link-{alg.lower()}.pem")

    assert first.kid == again.kid
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    assert pinned(path.with_suffix(".pub.pem")) == (pin(first),)


def test_a_damaged_key_file_is_said_to_be_one(tmp_path: Path) -> None:
    (tmp_path / "link-ed25519.pem").write_text("nothing")
    with pytest.raises(KeyProblem, match="holds no private key"):
        our_key(tmp_path, "Ed25519")
    (tmp_path / "peer.pem").write_text("nothing")
    with pytest.raises(KeyProblem, match="holds no public key"):
        pinned(tmp_path / "peer.pem")
    (tmp_path / "peer.pem").write_text("not-after: tomorrow\n" + public_pem(THEIRS.public))
    with pytest.raises(KeyProblem, match="no moment with a time zone"):
        pinned(tmp_path / "peer.pem")


def test_old_and_new_keys_overlap_while_the_file_says_so(tmp_path: Path) -> None:
    path = peer_file(tmp_path, "peer.pem")
    path.write_text(
        f"not-after: {at(100).isoformat()}\n{public_pem(THEIRS.public)}\n"
        f"not-before: {at(50).isoformat()}\n{public_pem(SM2.public)}"
    )
    keys = pinned(path)

    assert check(keys, SAID, THEIRS.sign(SAID), at(60)).alg == "Ed25519"
    assert check(keys, SAID, SM2.sign(SAID), at(60)).alg == "SM2"
    with pytest.raises(Refusal, match="has expired"):
        check(keys, SAID, THEIRS.sign(SAID), at(100))
    with pytest.raises(Refusal, match="not good yet"):
        check(keys, SAID, SM2.sign(SAID), at(49))


def test_a_foreign_key_a_lower_algorithm_and_no_signature_are_refused() -> None:
    keys = (pin(THEIRS),)

    def with_header(header: dict[str, object]) -> str:
        named = encoded(json.dumps(header | {"kid": THEIRS.kid}).encode())
        return f"{named}..{THEIRS.sign(SAID).rpartition('.')[2]}"

    for signature, code in (
        (OURS.sign(SAID), "key"),
        (with_header({"alg": "none"}), "alg"),
        (with_header({"alg": "EdDSA"}), "alg"),
        (with_header({"alg": "Ed25519", "b64": False}), "alg"),
        (None, "signature"),
        (THEIRS.sign(b"other"), "signature"),
    ):
        with pytest.raises(Refusal) as refused:
            check(keys, SAID, signature, at(0))
        assert refused.value.code == code


def test_no_file_pins_nothing(tmp_path: Path) -> None:
    assert pinned(tmp_path / "peer.pem") == ()
    assert peer_file(tmp_path, "") == tmp_path / "keys" / "peer.pem"
