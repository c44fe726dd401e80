"""The signed file package: envelopes, receipts and attachments in one zip that somebody carries across.

A manifest names every file with its hash and is signed; a cover sheet is there for people to sign.
"""

from __future__ import annotations

import hashlib
import html
import io
import json
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from console.province.envelope import canonical, parsed
from console.province.keys import check
from console.province.party import Party
from console.province.refusal import Refusal
from sensors.contract.segment import put

SCHEMA: Final = "gongga.package"
SUFFIX: Final = ".zip"
MOST_PACKED: Final = 32 * 1024 * 1024
MOST_UNPACKED: Final = 128 * 1024 * 1024
MOST_FILES: Final = 2000
MANIFEST: Final = "manifest.json"
COVER: Final = "cover.html"
# How many times larger than packed a file may be; text packs well, a bomb packs absurdly well.
MOST_RATIO: Final = 200
_NAMES: Final = re.compile(r"cover\.html|(?:envelopes|receipts)/[0-9]{6}\.json|attachments/[0-9a-f]{64}")
# What the library says of an archive that was made by hand or damaged.
_UNREADABLE: Final = (
    *(zipfile.BadZipFile, zlib.error, struct.error),
    *(EOFError, LookupError, OSError, RuntimeError, ValueError),
)
# Other ways of packing are not ours, and some take as much memory as they like.
_PACKED: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_DATE: Final = (2026, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Contents:
    """What a package held, checked."""

    sender: str
    envelopes: tuple[bytes, ...]
    receipts: tuple[bytes, ...]
    attachments: Mapping[str, bytes]


def out_folder(root: Path) -> Path:
    return root / "province" / "out"


def in_folder(root: Path) -> Path:
    return root / "province" / "in"


def attachment_folder(root: Path) -> Path:
    """Files that came with messages, named by their hash; far from anything that is served."""
    return root / "province" / "attachments"


def write_package(
    party: Party, wires: Sequence[str], name: str, receipts: Sequence[str] = (), at: datetime | None = None
) -> Path:
    """Put a package of these messages into the outgoing folder; its path. The same name replaces the same package."""
    folder = out_folder(party.root)
    folder.mkdir(parents=True, exist_ok=True)
    file = f"{party.us}_{party.peer}_{name}{SUFFIX}"
    put(folder, file, packed(party, wires, receipts, at))
    return folder / file


def packed(party: Party, wires: Sequence[str], receipts: Sequence[str] = (), at: datetime | None = None) -> bytes:
    """The bytes of a package."""
    files = {f"envelopes/{number:06d}.json": wire.encode() for number, wire in enumerate(wires, 1)}
    files |= {f"receipts/{number:06d}.json": text.encode() for number, text in enumerate(receipts, 1)}
    files[COVER] = _cover(party, wires, receipts).encode()
    manifest = {
        "schema": SCHEMA,
        "schema_version": 1,
        "from": party.us,
        "to": party.peer,
        "made_at": (at or datetime.now(UTC)).isoformat(),
        "files": [
            {"path": path, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
            for path, content in sorted(files.items())
        ],
    }
    content = canonical(manifest)
    signed = f'{{"manifest":{content.decode()},"signature":{json.dumps(party.key.sign(content))}}}'
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in ((MANIFEST, signed.encode()), *sorted(files.items())):
            archive.writestr(zipfile.ZipInfo(path, _DATE), data, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def unpacked(party: Party, content: bytes, at: datetime) -> Contents:
    """Check a package and read it. Refusal, in one sentence, for anything that is not in order; nothing is written."""
    if len(content) > MOST_PACKED:
        raise Refusal("size", f"the package is larger than {MOST_PACKED} bytes; split it")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = _entries(archive)
            signed = parsed(_read(archive, entries[MANIFEST]))
            files = _files(_manifest(party, signed, at), entries)
            read = {path: _read(archive, entries[path]) for path in sorted(files)}
    except Refusal:
        raise
    except _UNREADABLE as error:
        raise Refusal("package", f"the package is no zip that can be read: {error}") from error
    for path, data in read.items():
        if len(data) != files[path][0] or hashlib.sha256(data).hexdigest() != files[path][1]:
            raise Refusal("package", f"{path} is not what the manifest says; the package was changed on the way")
        if path.startswith("attachments/") and path.removeprefix("attachments/") != files[path][1]:
            raise Refusal("package", f"{path} is not named by its hash")
    return Contents(
        sender=party.peer,
        envelopes=tuple(data for path, data in read.items() if path.startswith("envelopes/")),
        receipts=tuple(data for path, data in read.items() if path.startswith("receipts/")),
        attachments={path.removeprefix("attachments/"): read[path] for path in read if path.startswith("attachments/")},
    )


def _entries(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """The files of an archive by name. Refusal for tricks with names, links, encryption and sizes."""
    found: dict[str, zipfile.ZipInfo] = {}
    listed = archive.infolist()
    if len(listed) > MOST_FILES:
        raise Refusal("package", f"the package holds more than {MOST_FILES} files")
    for entry in listed:
        name = entry.filename
        if name != MANIFEST and not _NAMES.fullmatch(name):
            raise Refusal("package", f"the package holds {name[:80]!r}, which has no place in it")
        if name in found:
            raise Refusal("package", f"{name} is in the package twice")
        kind = stat.S_IFMT(entry.external_attr >> 16)
        if entry.flag_bits & 0x1 or kind not in (0, stat.S_IFREG):
            raise Refusal("package", f"{name} is encrypted or no plain file")
        if entry.compress_type not in _PACKED:
            raise Refusal("package", f"{name} is packed in a way that is not taken; use deflate")
        if entry.file_size > max(entry.compress_size, 1) * MOST_RATIO and entry.file_size > 1024 * 1024:
            raise Refusal("bomb", f"{name} grows more than {MOST_RATIO} times when unpacked; the package is not opened")
        found[name] = entry
    if sum(entry.file_size for entry in listed) > MOST_UNPACKED:
        raise Refusal("bomb", f"the package is larger than {MOST_UNPACKED} bytes when unpacked; it is not opened")
    if MANIFEST not in found:
        raise Refusal("package", "the package has no manifest.json")
    return found


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """The content of a file, never more than its entry says: an entry may lie."""
    with archive.open(entry) as source:
        content = source.read(entry.file_size + 1)
    if len(content) != entry.file_size:
        raise Refusal("bomb", f"{entry.filename} is larger than the package says; the package is not opened")
    return content


def _manifest(party: Party, signed: Mapping[str, Any], at: datetime) -> Mapping[str, Any]:
    manifest = signed.get("manifest")
    if not isinstance(manifest, dict) or manifest.get("schema") != SCHEMA or manifest.get("schema_version") != 1:
        raise Refusal("package", "the manifest is none of this kind of package")
    if not party.keys:
        raise Refusal("unset", "no key of the peer is pinned here yet; put its file in place")
    check(party.keys, canonical(manifest), signed.get("signature"), at)
    if manifest.get("from") != party.peer or manifest.get("to") != party.us:
        raise Refusal(
            "recipient", f"the package is from {manifest.get('from')!r} to {manifest.get('to')!r}, not for us"
        )
    return manifest


def _files(manifest: Mapping[str, Any], entries: Mapping[str, Any]) -> dict[str, tuple[int, str]]:
    """Size and hash of every file by its path. Refusal when the manifest and the archive name different files."""
    listed = manifest.get("files")
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise Refusal("package", "the manifest names no files")
    files = {str(one.get("path")): (one.get("size"), str(one.get("sha256"))) for one in listed}
    missing, foreign = sorted(files.keys() - entries.keys()), sorted(entries.keys() - files.keys() - {MANIFEST})
    if missing:
        raise Refusal("package", f"{missing[0]} is named in the manifest and missing from the package")
    if foreign:
        raise Refusal("package", f"{foreign[0]} is in the package and not named in the manifest")
    return {path: (size if isinstance(size, int) else -1, digest) for path, (size, digest) in files.items()}


def _cover(party: Party, wires: Sequence[str], receipts: Sequence[str]) -> str:
    """The sheet that goes with the carrier: what is inside, and who handed it to whom."""
    lines = []
    for wire in wires:
        inner = json.loads(wire)["envelope"]
        cells = (inner["seq"], inner["kind"], inner["marking"], inner["message_id"], inner["iat"])
        lines.append("<tr>" + "".join(f"<td>{html.escape(str(cell))}</td>" for cell in cells) + "</tr>")
    rows = "\n".join(lines)
    return (
        '<!doctype html>\n<html lang="zh-CN"><head><meta charset="utf-8"><title>数据交换交接单</title></head><body>\n'
        f"<h1>数据交换交接单</h1>\n<p>发送方：{html.escape(party.us)}　接收方：{html.escape(party.peer)}</p>\n"
        f"<p>报文 {len(wires)} 份，回执 {len(receipts)} 份。</p>\n"
        '<table border="1"><tr><th>序号</th><th>类别</th><th>标识</th><th>报文编号</th><th>签封时间</th></tr>\n'
        f"{rows}\n</table>\n<p>签名密钥：{html.escape(party.key.kid)}（{html.escape(party.key.alg)}）</p>\n"
        "<p>交出人签字：＿＿＿＿＿＿＿＿　时间：＿＿＿＿＿＿＿＿</p>\n"
        "<p>接收人签字：＿＿＿＿＿＿＿＿　时间：＿＿＿＿＿＿＿＿</p>\n</body></html>\n"
    )
