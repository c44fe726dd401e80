"""Hostile proof is refused with one sentence; what is kept lies under its hash and under no name of the sender's."""

from __future__ import annotations

import struct
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from console.notices.kinds import load_rules
from console.notices.uploads import ProofRefused, keep, path_of, plain_name, proof_of
from tests.console.noticeside import PNG

LIMITS = load_rules().proof


def archive(**parts: bytes) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as box:
        for name, content in parts.items():
            box.writestr(name.replace("__", "/"), content)
    return made.getvalue()


def docx(**more: bytes) -> bytes:
    return archive(**{"[Content_Types].xml": b"<Types/>", "word__document.xml": b"<w/>", **more})


@pytest.mark.parametrize(
    ("name", "content", "media"),
    [
        ("截图.png", PNG, "image/png"),
        ("照片.JPG", b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x11\x08\x00\x10\x00\x20\x03" + b"\x00" * 8, "image/jpeg"),
        ("报告.pdf", b"%PDF-1.7\n", "application/pdf"),
        ("报告.docx", docx(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ],
)
def test_pictures_pdf_and_documents_are_taken_by_their_bytes(name: str, content: bytes, media: str) -> None:
    proof = proof_of(name, content, LIMITS)

    assert (proof.media_type, proof.name) == (media, name)
    assert (len(proof.sha256), len(proof.sm3)) == (64, 64)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("x.png", b"<html><script>alert(1)</script>", "only pictures"),
        ("x.html", PNG, "its name says otherwise"),
        ("x.png", b"%PDF-1.7", "its name says otherwise"),
        ("x.png", b"", "is empty"),
        ("x.svg", b"<svg onload=alert(1)>", "only pictures"),
        ("x.png", PNG[:20], "damaged"),
        ("x.jpg", b"\xff\xd8\xff\xe0\x00\x04ab\xff\xd9", "damaged"),
        ("x.zip", archive(a=b"x"), "an archive is not taken"),
        ("x.docx", archive(a=b"x"), "an archive is not taken"),
        ("x.docx", docx()[:60], "damaged"),
        ("x.docm.docx", docx(**{"word__vbaProject.bin": b"x"}), "carries macros"),
        ("x.exe", b"MZ\x90\x00", "only pictures"),
    ],
    # An archive holds the moment it was made: its bytes are no name for a test.
    ids=lambda value: value if isinstance(value, str) else len(value),
)
def test_what_is_not_what_it_says_is_refused(name: str, content: bytes, says: str) -> None:
    with pytest.raises(ProofRefused, match=says):
        proof_of(name, content, LIMITS)


def test_a_large_file_is_refused() -> None:
    with pytest.raises(ProofRefused, match="at most 6000000"):
        proof_of("x.pdf", b"%PDF-" + b"0" * 6_000_000, LIMITS)


def test_a_picture_of_too_many_points_is_refused() -> None:
    bomb = PNG[:16] + struct.pack(">II", 100_000, 100_000) + PNG[24:]

    with pytest.raises(ProofRefused, match="100000 × 100000 points"):
        proof_of("x.png", bomb, LIMITS)


def test_a_zip_bomb_is_refused_by_what_it_says_and_by_what_it_is() -> None:
    honest = docx(**{"word__media__a.bin": b"\x00" * 61_000_000})
    assert len(honest) < 100_000
    with pytest.raises(ProofRefused, match="larger than"):
        proof_of("x.docx", honest, LIMITS)
    # The same bomb that lies about its size in the directory.
    liar = honest.replace(struct.pack("<I", 61_000_000), struct.pack("<I", 10))
    with pytest.raises(ProofRefused, match=r"larger than|damaged"):
        proof_of("x.docx", liar, LIMITS)


def test_too_many_parts_are_refused() -> None:
    with pytest.raises(ProofRefused, match="too many"):
        proof_of("x.docx", docx(**{f"word__{number}": b"" for number in range(2001)}), LIMITS)


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("../../etc/passwd.png", "passwd.png"),
        ("C:\\Windows\\system32\\a.png", "a.png"),
        ('a"\r\nX: y.png', "aX y.png"),
        ("\u202egnp.exe", "gnp.exe"),
        ("...", "file"),
        ("长" * 300 + ".png", "长" * 100 + ".png"),
    ],
)
def test_a_name_is_only_a_name(name: str, plain: str) -> None:
    assert plain_name(name) == plain


def test_the_same_file_is_kept_once_under_its_hash(tmp_path: Path) -> None:
    proof = proof_of("../x.png", PNG, LIMITS)
    keep(proof, tmp_path)
    keep(proof, tmp_path)

    assert path_of(proof.sha256, tmp_path).read_bytes() == PNG
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [proof.sha256]
