"""Proof that units hand in: what it is by its bytes, whether it may be kept, and where. Nothing of it is ever run."""

from __future__ import annotations

import hashlib
import re
import struct
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Final

from analytics.lifecycle import Unfit
from console.audit.chain import sm3_of
from sensors.contract.segment import put

PNG: Final = b"\x89PNG\r\n\x1a\n"
JPEG: Final = b"\xff\xd8\xff"
PDF: Final = b"%PDF-"
ZIP: Final = b"PK\x03\x04"
# What each type is called by, and the endings its names may have.
TYPES: Final[Mapping[str, tuple[str, ...]]] = {
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg"),
    "application/pdf": (".pdf",),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": (".docx",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": (".xlsx",),
}
_OFFICE: Final = {"word/": ".docx", "xl/": ".xlsx"}
_SIZES: Final = frozenset({*range(0xC0, 0xC4), *range(0xC5, 0xC8), *range(0xC9, 0xCC), *range(0xCD, 0xD0)})
_UNSAID: Final = re.compile(r'[\x00-\x1f\x7f"<>|:*?\\/\u202a-\u202e\u2066-\u2069]')


class ProofRefused(Unfit):
    """A file that is not kept; the sentence says which, why, and what would be."""


@dataclass(frozen=True, slots=True)
class Proof:
    """A file that may be kept."""

    name: str
    media_type: str
    content: bytes
    sha256: str
    sm3: str


def proof_of(name: str, content: bytes, limits: Mapping[str, int]) -> Proof:
    """The file as proof. ProofRefused for what is too large, of another kind than it says, or a bomb."""
    plain = plain_name(name)
    if not content:
        raise ProofRefused(f"{plain}：文件为空，请另选", f"{plain}: the file is empty; choose another")
    if len(content) > limits["most_bytes"]:
        raise ProofRefused(
            f"{plain}：文件超过 {limits['most_bytes'] // 2**20} MB，请压缩后再传",
            f"{plain}: {len(content)} bytes; at most {limits['most_bytes']} are taken, make it smaller",
        )
    media_type = _type_of(plain, content, limits)
    if not plain.lower().endswith(TYPES[media_type]):
        raise ProofRefused(
            f"{plain}：文件内容与扩展名不符，请改正扩展名",
            f"{plain}: its content is {media_type}, its name says otherwise; give it its right ending",
        )
    return Proof(plain, media_type, content, hashlib.sha256(content).hexdigest(), sm3_of(content))


def plain_name(name: str) -> str:
    """The last part of a name, without what confuses file systems, headers and eyes."""
    last = PureWindowsPath(PurePosixPath(name).name).name
    kept = _UNSAID.sub("", last).strip(". ")
    stem, dot, ending = kept.rpartition(".")
    return f"{stem[:100]}{dot}{ending[:10]}" if dot else kept[:100] or "file"


def keep(proof: Proof, folder: Path) -> Path:
    """Put the file under its hash; the same file again is there already."""
    home = path_of(proof.sha256, folder)
    home.parent.mkdir(parents=True, exist_ok=True)
    return home if home.exists() else put(home.parent, home.name, proof.content)


def path_of(sha256: str, folder: Path) -> Path:
    """Where a file of this hash lies."""
    return folder / sha256[:2] / sha256


def _type_of(name: str, content: bytes, limits: Mapping[str, int]) -> str:
    if content.startswith(PNG):
        _few_points(name, _png_size(content), limits)
        return "image/png"
    if content.startswith(JPEG):
        _few_points(name, _jpeg_size(content), limits)
        return "image/jpeg"
    if content.startswith(PDF):
        return "application/pdf"
    if content.startswith(ZIP):
        return _office(name, content, limits)
    raise ProofRefused(
        f"{name}：只收图片（PNG、JPEG）、PDF、docx、xlsx，请改传截图",
        f"{name}: only pictures (PNG, JPEG), PDF, docx and xlsx are taken; hand in a screenshot instead",
    )


def _few_points(name: str, size: tuple[int, int] | None, limits: Mapping[str, int]) -> None:
    if size is None or 0 in size:
        raise ProofRefused(f"{name}：图片已损坏，请重新截图", f"{name}: the picture is damaged; take it anew")
    if size[0] * size[1] > limits["most_points"]:
        raise ProofRefused(
            f"{name}：图片 {size[0]} × {size[1]} 像素过大，请缩小后再传",
            f"{name}: {size[0]} × {size[1]} points are too many; make the picture smaller",
        )


def _png_size(content: bytes) -> tuple[int, int] | None:
    if len(content) < 33 or content[12:16] != b"IHDR":
        return None
    width, height = struct.unpack(">II", content[16:24])
    return int(width), int(height)


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    place = 2
    while place + 9 <= len(content) and content[place] == 0xFF:
        code = content[place + 1]
        if code == 0xFF:
            place += 1
        elif code in _SIZES:
            height, width = struct.unpack(">HH", content[place + 5 : place + 9])
            return int(width), int(height)
        else:
            place += 2 + int.from_bytes(content[place + 2 : place + 4], "big")
    return None


def _office(name: str, content: bytes, limits: Mapping[str, int]) -> str:
    """A docx or xlsx by its parts. Their sizes are read, nothing is unpacked but to be counted."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            parts = archive.infolist()
            if len(parts) > limits["most_entries"]:
                raise ProofRefused(
                    f"{name}：文件内部结构异常，请改传截图", f"{name}: {len(parts)} parts are too many for a document"
                )
            if any(part.flag_bits & 1 for part in parts):
                raise ProofRefused(
                    f"{name}：文件已加密，请去掉口令后再传",
                    f"{name}: the file is encrypted; hand it in without a password",
                )
            names = {part.filename for part in parts}
            if any("vbaproject" in one.lower() for one in names):
                raise ProofRefused(
                    f"{name}：文件带有宏，请另存为不带宏的文件",
                    f"{name}: the document carries macros; save it without them",
                )
            _not_a_bomb(name, archive, parts, limits["most_unpacked"])
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError) as error:
        raise ProofRefused(
            f"{name}：文件已损坏，请重新保存后再传", f"{name}: the file is damaged; save it anew"
        ) from error
    endings = [ending for lead, ending in _OFFICE.items() if any(one.startswith(lead) for one in names)]
    if "[Content_Types].xml" not in names or len(endings) != 1:
        raise ProofRefused(
            f"{name}：不收压缩包，请直接上传文档或图片",
            f"{name}: an archive is not taken as proof; hand in the document or a picture itself",
        )
    return next(media for media, known in TYPES.items() if endings[0] in known)


def _not_a_bomb(name: str, archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo], most: int) -> None:
    """What sizes say is believed only after counting: a bomb lies about them."""
    if sum(part.file_size for part in parts) > most:
        raise ProofRefused(
            f"{name}：解压后过大，请改传较小的文件",
            f"{name}: unpacked it would be larger than {most} bytes; hand in a smaller document",
        )
    left = most
    for part in parts:
        for size in _sizes(archive, part):
            left -= size
            if left < 0:
                raise ProofRefused(
                    f"{name}：解压后过大，请改传较小的文件",
                    f"{name}: unpacked it is larger than {most} bytes; hand in a smaller document",
                )


def _sizes(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[int]:
    with archive.open(part) as stream:
        while chunk := stream.read(65536):
            yield len(chunk)
