"""A side of the link."""

from __future__ import annotations

from pathlib import Path

from console.office.settings import ProvinceLink
from console.province.keys import public_pem
from console.province.party import party
from tests.console.province.linkside import THEIRS, pin


def test_a_side_is_its_settings_its_key_and_whom_it_trusts(tmp_path: Path) -> None:
    alone = party(tmp_path, ProvinceLink(signature="SM2"))
    (tmp_path / "keys" / "peer.pem").write_text(public_pem(THEIRS.public))
    trusting = party(tmp_path, ProvinceLink(signature="SM2"))

    assert (alone.us, alone.peer, alone.key.alg, alone.keys) == ("gz-513300", "sc-510000", "SM2", ())
    assert trusting.keys == (pin(THEIRS),)
    assert trusting.key.kid == alone.key.kid
