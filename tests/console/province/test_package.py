"""The file package: round trip, and every trick refused with one sentence."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import random
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.office.settings import ProvinceLink
from console.province.envelope import canonical, seal
from console.province.package import COVER, MANIFEST, packed, unpacked
from console.province.party import Party
from console.province.refusal import Refusal
from tests.console.province.linkside import OURS, PROVINCE, THEIRS, US, envelope, pin
from tests.factories import at

SENDER = Party(ProvinceLink(us=PROVINCE, peer=US), THEIRS, (pin(OURS),), Path())
RECEIVER = Party(ProvinceLink(us=US, peer=PROVINCE), OURS, (pin(THEIRS),), Path())
WIRES = [seal(envelope(seq), THEIRS)[0] for seq in (1, 2)]
GOOD = packed(SENDER, WIRES, ["receipt"], at(0))


def files_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(files: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def signed(files: dict[str, bytes]) -> bytes:
    """A package of any files with a manifest that the peer signed."""
    listed = [
        {"path": path, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for path, content in files.items()
    ]
    manifest = {"schema": "gongga.package", "schema_version": 1, "from": PROVINCE, "to": US, "files": listed}
    text = canonical(manifest)
    whole = json.dumps({"manifest": manifest, "signature": THEIRS.sign(text)}).encode()
    return zipped({MANIFEST: whole, **files})


def code_of(content: bytes) -> str:
    with pytest.raises(Refusal) as refused:
        unpacked(RECEIVER, content, at(0))
    assert "\n" not in refused.value.sentence
    return refused.value.code


def test_what_was_packed_is_unpacked_as_it_was() -> None:
    found = unpacked(RECEIVER, GOOD, at(0))

    assert [one.decode() for one in found.envelopes] == WIRES
    assert found.receipts == (b"receipt",)
    assert found.sender == PROVINCE


def test_the_cover_sheet_names_what_is_inside_and_runs_nothing() -> None:
    sheet = files_of(GOOD)[COVER].decode()

    assert "数据交换交接单" in sheet
    assert envelope(1).kind in sheet
    assert "<script" not in sheet


def test_a_file_that_was_changed_added_or_taken_away_is_seen() -> None:
    files = files_of(GOOD)

    assert code_of(zipped(files | {"envelopes/000001.json": b"other"})) == "package"
    assert code_of(zipped(files | {"envelopes/000003.json": b"more"})) == "package"
    assert code_of(zipped({name: content for name, content in files.items() if name != COVER})) == "package"
    assert code_of(zipped({name: content for name, content in files.items() if name != MANIFEST})) == "package"


@pytest.mark.parametrize(
    "name", ["../evil", "/etc/passwd", "envelopes/../x.json", "attachments/evil.exe", "a\\b", "envelopes/", "C:x"]
)
def test_a_name_with_no_place_in_a_package_is_refused(name: str) -> None:
    assert code_of(signed({name: b"x"})) == "package"


def test_a_bomb_is_not_opened() -> None:
    bomb = b"\0" * (8 * 1024 * 1024)
    name = f"attachments/{hashlib.sha256(bomb).hexdigest()}"

    assert code_of(signed({name: bomb})) == "bomb"


def test_an_entry_that_lies_about_its_size_is_refused() -> None:
    content = bytearray(signed({COVER: b"x" * 1000}))
    # The size in the central directory, and in the local header.
    for at_byte in (i for i in range(len(content) - 4) if content[i : i + 4] == (1000).to_bytes(4, "little")):
        content[at_byte : at_byte + 4] = (10).to_bytes(4, "little")

    assert code_of(bytes(content)) in {"bomb", "package"}


def test_a_link_and_an_encrypted_file_are_refused() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        entry = zipfile.ZipInfo("cover.html")
        entry.external_attr = 0o120777 << 16
        archive.writestr(entry, "/etc/passwd")
    assert code_of(target.getvalue()) == "package"


def test_a_package_for_somebody_else_or_by_somebody_else_is_refused() -> None:
    stranger = Party(ProvinceLink(us=PROVINCE, peer=US), OURS, (pin(OURS),), Path())
    assert code_of(packed(stranger, WIRES, at=at(0))) == "key"
    misdirected = Party(ProvinceLink(us=PROVINCE, peer="ab-513200"), THEIRS, (), Path())
    assert code_of(packed(misdirected, WIRES, at=at(0))) == "recipient"
    assert code_of(zipped({MANIFEST: b"{}"})) == "package"
    assert code_of(b"no zip at all") == "package"


@pytest.mark.parametrize("way", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_what_is_packed_in_another_way_is_refused(way: int) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", way) as archive:
        archive.writestr(MANIFEST, b"{}" * 100)

    assert code_of(target.getvalue()) == "package"


def test_an_archive_made_by_hand_to_confuse_its_reader_is_refused() -> None:
    chance = random.Random(7)
    end = GOOD.rindex(b"PK\x05\x06")
    for _ in range(400):
        content = bytearray(GOOD)
        for _ in range(chance.randint(1, 3)):
            # The directory at the end says where everything is.
            content[chance.randrange(end - 400, len(content))] = chance.randrange(256)
        with contextlib.suppress(Refusal):
            unpacked(RECEIVER, bytes(content), at(0))


def test_an_attachment_is_named_by_its_hash() -> None:
    assert code_of(signed({f"attachments/{'a' * 64}": b"x"})) == "package"


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_a_flipped_bit_is_refused_or_harmless(data: st.DataObject) -> None:
    content = bytearray(GOOD)
    content[data.draw(st.integers(0, len(content) - 1))] ^= 1 << data.draw(st.integers(0, 7))

    try:
        found = unpacked(RECEIVER, bytes(content), at(0))
    except Refusal:
        return
    assert [one.decode() for one in found.envelopes] == WIRES
