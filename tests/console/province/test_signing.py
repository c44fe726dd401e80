"""Signatures of both kinds, with the openssl command and joserfc as judges."""

from __future__ import annotations

import base64
import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from joserfc import jws
from joserfc.jwk import OKPKey

from console.province.keys import public_pem
from console.province.signing import (
    KeyProblem,
    SignatureProvider,
    alg_of,
    decoded,
    encoded,
    header_of,
    new_private,
    signer,
    verified,
)
from tests.console.province.linkside import OURS, SM2, THEIRS

SAID = "请核查所列网站。".encode() * 40


@pytest.mark.parametrize("key", [OURS, SM2], ids=["Ed25519", "SM2"])
def test_a_signature_holds_for_these_bytes_and_no_others(key: SignatureProvider) -> None:
    signature = key.sign(SAID)

    assert header_of(signature) == {"alg": key.alg, "kid": key.kid}
    assert alg_of(key.public) == key.alg
    assert verified(key.alg, key.public, SAID, signature)
    assert not verified(key.alg, key.public, SAID + b" ", signature)
    head, _, last = signature.split(".")
    flipped = bytearray(decoded(last))
    flipped[5] ^= 1
    assert not verified(key.alg, key.public, SAID, f"{head}..{encoded(bytes(flipped))}")
    assert not verified(key.alg, key.public, SAID, f"{head}..")


def test_another_key_of_the_same_kind_does_not_fit() -> None:
    assert not verified("Ed25519", THEIRS.public, SAID, OURS.sign(SAID))
    assert not verified("SM2", signer(new_private("SM2")).public, SAID, SM2.sign(SAID))


def test_joserfc_reads_our_detached_signature() -> None:
    key = OKPKey.import_key(public_pem(OURS.public))

    read = jws.deserialize_compact(OURS.sign(SAID), key, algorithms=["Ed25519"], payload=SAID)

    assert read.payload == SAID


def test_a_large_content_is_signed_too() -> None:
    large = b"x" * 1_500_000

    assert verified("Ed25519", OURS.public, large, OURS.sign(large))


@pytest.mark.parametrize("text", ["", "a.b.c", "..", "x..y", "W10..y", f"{'e' * 500}..y"])
def test_what_is_no_detached_jws_has_no_header(text: str) -> None:
    assert header_of(text) is None


def test_keys_of_other_kinds_are_refused() -> None:
    with pytest.raises(KeyProblem, match="use Ed25519 or SM2"):
        new_private("RS256")
    with pytest.raises(KeyProblem, match="neither"):
        signer(b"nothing")
    with pytest.raises(KeyProblem, match="neither"):
        alg_of(SM2.public[:-1] + b"\x00")


@pytest.fixture
def openssl() -> str:
    found = shutil.which("openssl")
    if found is None:
        pytest.skip("there is no openssl command")
    listed = subprocess.run([found, "list", "-public-key-algorithms"], check=True, capture_output=True, text=True)
    if "SM2" not in listed.stdout:
        pytest.skip("the openssl command knows no SM2")
    return found


def test_openssl_verifies_what_we_sign_by_sm2(openssl: str, tmp_path: Path) -> None:
    head, _, last = SM2.sign(SAID).split(".")
    raw = decoded(last)
    der = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    (tmp_path / "said").write_bytes(f"{head}.{encoded(SAID)}".encode())
    (tmp_path / "signature").write_bytes(der)
    (tmp_path / "public.pem").write_text(public_pem(SM2.public))

    command = [openssl, "pkeyutl", "-verify", "-pubin", "-inkey", "public.pem", "-rawin", "-digest", "sm3"]
    command += ["-in", "said", "-sigfile", "signature", "-pkeyopt", "distid:1234567812345678"]
    ran = subprocess.run(command, check=False, cwd=tmp_path, capture_output=True, text=True)

    assert "Verified Successfully" in ran.stdout, ran.stderr


def test_we_verify_what_openssl_signs_with_a_key_of_its_own(openssl: str, tmp_path: Path) -> None:
    subprocess.run([openssl, "genpkey", "-algorithm", "SM2", "-out", "key.pem"], cwd=tmp_path, check=True)
    pem = (tmp_path / "key.pem").read_text()
    private = base64.b64decode("".join(pem.splitlines()[1:-1]))
    key = signer(private)
    head = encoded(b'{"alg":"SM2","kid":"' + key.kid.encode() + b'"}')
    (tmp_path / "said").write_bytes(f"{head}.{encoded(SAID)}".encode())
    command = [openssl, "pkeyutl", "-sign", "-inkey", "key.pem", "-rawin", "-digest", "sm3", "-in", "said"]
    command += ["-out", "signature", "-pkeyopt", "distid:1234567812345678"]
    subprocess.run(command, cwd=tmp_path, check=True)
    r, s = decode_dss_signature((tmp_path / "signature").read_bytes())
    raw = r.to_bytes(32, "big") + s.to_bytes(32, "big")

    assert key.alg == "SM2"
    assert verified("SM2", key.public, SAID, f"{head}..{encoded(raw)}")
    assert verified("SM2", key.public, SAID, key.sign(SAID))
