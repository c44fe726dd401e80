"""Capture files as frames: pcap and pcapng, both byte orders, plain or gzip, read by chunks into one buffer."""

from __future__ import annotations

import gzip
import io
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final, Protocol, cast

import numpy as np

from sensors.flow import layout
from sensors.flow.layout import Ints

FRAME_ROWS: Final = 8192
LARGEST: Final = layout.MAX_CAPTURED * 4
SECTION: Final = 0x0A0D0D0A
LONGEST_OFFSET: Final = layout.LATEST // 1_000_000
# First four bytes of a pcap file: whether big-endian, whether in nanoseconds, length of a packet's header.
MAGICS: Final = {
    b"\xa1\xb2\xc3\xd4": (1, 0, 16),
    b"\xd4\xc3\xb2\xa1": (0, 0, 16),
    b"\xa1\xb2\x3c\x4d": (1, 1, 16),
    b"\x4d\x3c\xb2\xa1": (0, 1, 16),
    b"\xa1\xb2\xcd\x34": (1, 0, 24),
    b"\x34\xcd\xb2\xa1": (0, 0, 24),
}
ORDERS: Final = {b"\x1a\x2b\x3c\x4d": 1, b"\x4d\x3c\x2b\x1a": 0}


class CaptureError(ValueError):
    """A file that holds no capture; the message says what and where."""


class Walkers(Protocol):
    """The functions that find packets: those of `framing`, compiled or not."""

    @property
    def walk_pcap(self) -> Any:
        """`framing.walk_pcap`."""

    @property
    def walk_pcapng(self) -> Any:
        """`framing.walk_pcapng`."""

    def view(self, array: Any) -> Any:
        """An array as those functions take it."""


@dataclass(slots=True)
class Reading:
    """What came of one file: packets found, and the sentence about the damage at which reading stopped."""

    path: str
    packets: int = 0
    fault: str | None = None


class Window:
    """The part of a file that is in memory: read bytes at `at`, up to `end`; `offset` is where the buffer begins."""

    def __init__(self, file: BinaryIO, chunk: int, reading: Reading) -> None:
        self._file, self._chunk, self._reading = file, chunk, reading
        self.buffer = np.zeros(chunk + layout.MAX_CAPTURED, np.uint8)
        self.at = self.end = self.offset = 0

    def more(self) -> bool:
        """Read on behind what is not used yet; False at the end of the file or at damage in its compression."""
        left = self.end - self.at
        if self.end + self._chunk > len(self.buffer):
            buffer = self.buffer if left + self._chunk <= len(self.buffer) else np.zeros(left + self._chunk, np.uint8)
            buffer[:left] = self.buffer[self.at : self.end].copy()
            self.offset += self.at
            self.buffer, self.at, self.end = buffer, 0, left
        try:
            got = cast(io.BufferedReader, self._file).readinto(self.buffer[self.end : self.end + self._chunk].data)
        except (OSError, EOFError, zlib.error) as error:
            self.fault(f"cannot be read on ({error})")
            return False
        self.end += got or 0
        return bool(got)

    def have(self, length: int) -> bool:
        """Whether so many bytes can be had at the current place."""
        while self.end - self.at < length:
            if not self.more():
                return False
        return True

    def bytes(self, length: int) -> bytes:
        """So many bytes at the current place, which must be there."""
        return self.buffer[self.at : self.at + length].tobytes()

    def fault(self, what: str) -> None:
        """Note the first damage."""
        if self._reading.fault is None:
            place = self.offset + self.at
            self._reading.fault = f"{self._reading.path}: {what} at byte {place}; what came before it was read"


def read_frames(
    file: BinaryIO, walkers: Walkers, *, chunk_bytes: int, reading: Reading
) -> Iterator[tuple[Any, Ints, int]]:
    """Buffer, frames and their count, each valid until the next; damage ends it with `reading.fault`.

    CaptureError when the file is no capture from its start.
    """
    head = file.read(4)
    if head[:2] == b"\x1f\x8b":
        file = cast(BinaryIO, gzip.GzipFile(fileobj=cast(BinaryIO, _Joined(head, file)), mode="rb"))
        try:
            head = file.read(4)
        except (OSError, EOFError, zlib.error) as error:
            raise CaptureError(f"{reading.path}: its gzip cannot be read ({error}); give the file whole") from error
    window = Window(file, chunk_bytes, reading)
    window.buffer[: len(head)] = np.frombuffer(head, np.uint8)
    window.end = len(head)
    if head in MAGICS:
        yield from _pcap(window, MAGICS[head], walkers, reading)
    elif head == SECTION.to_bytes(4, "big"):
        yield from _pcapng(window, walkers, reading)
    else:
        what = "is empty" if not head else "is no capture: it begins with neither pcap's nor pcapng's mark"
        raise CaptureError(f"{reading.path}: {what}; give a file written by tcpdump, dumpcap or the like")


def open_capture(path: Path) -> BinaryIO:
    """The file opened for reading. CaptureError says why it cannot be."""
    try:
        return path.open("rb")
    except OSError as error:
        raise CaptureError(f"{path}: cannot be read ({error.strerror}); give a capture file") from error


class _Joined:
    """A stream with the bytes already read put back before it, as gzip wants it."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self._head, self._rest = head, rest

    def read(self, size: int = -1) -> bytes:
        """Bytes of the head while there are any, then of the rest."""
        if not self._head:
            return self._rest.read(size)
        given, self._head = (self._head[:size], self._head[size:]) if size >= 0 else (self._head, b"")
        return given


def _pcap(window: Window, magic: tuple[int, int, int], walkers: Walkers, reading: Reading) -> Iterator[Any]:
    big, nano, header = magic
    if not window.have(24):
        raise CaptureError(f"{reading.path}: is cut inside its first 24 bytes; give the file whole")
    link = struct.unpack(">I" if big else "<I", window.bytes(24)[20:])[0] & 0xFFFF
    window.at += 24
    frames = np.zeros((FRAME_ROWS, layout.FRAME_WIDTH), np.int64)
    walk = np.zeros(layout.WALK_WIDTH, np.int64)
    view = walkers.view
    while True:
        walkers.walk_pcap(view(window.buffer), window.at, window.end, big, nano, header, link, view(frames), view(walk))
        yield from _found(window, frames, walk, reading)
        if walk[layout.WALK_CODE] == layout.DAMAGED:
            window.fault("a packet claims more bytes than any packet has")
            return
        if walk[layout.WALK_CODE] == layout.MORE and not window.more():
            if window.end > window.at:
                window.fault("is cut inside a packet")
            return


def _found(window: Window, frames: Ints, walk: Ints, reading: Reading) -> Iterator[Any]:
    count = int(walk[layout.WALK_COUNT])
    reading.packets += count
    if count:
        yield window.buffer, frames, count
    window.at = int(walk[layout.WALK_AT])


def _pcapng(window: Window, walkers: Walkers, reading: Reading) -> Iterator[Any]:
    frames = np.zeros((FRAME_ROWS, layout.FRAME_WIDTH), np.int64)
    walk = np.zeros(layout.WALK_WIDTH, np.int64)
    faces = np.zeros((layout.MAX_FACES, layout.FACE_WIDTH), np.int64)
    view = walkers.view
    big = known = 0
    while window.have(12):
        head = window.bytes(12)
        if head[:4] == SECTION.to_bytes(4, "big"):
            if head[8:] not in ORDERS:
                window.fault("a section has no byte order")
                return
            big, known = ORDERS[head[8:]], 0
        kind, total = struct.unpack(">II" if big else "<II", head[:8])
        if kind not in (2, 3, 6):
            if total < 12 or total % 4:
                window.fault("a block claims an impossible length")
                return
            if kind == 1:
                if total > LARGEST or not window.have(total):
                    window.fault("an interface block is cut or too long")
                    return
                if known < layout.MAX_FACES:
                    faces[known] = _face(window.bytes(total), big)
                    known += 1
            if not _skip(window, total):
                window.fault("is cut inside a block")
                return
            continue
        walkers.walk_pcapng(
            view(window.buffer), window.at, window.end, big, view(faces), known, view(frames), view(walk)
        )
        yield from _found(window, frames, walk, reading)
        if walk[layout.WALK_CODE] == layout.DAMAGED:
            window.fault("a packet block claims an impossible length")
            return
        if walk[layout.WALK_CODE] == layout.MORE and not window.more():
            break
    if window.end > window.at:
        window.fault("is cut inside a block")


def _skip(window: Window, length: int) -> bool:
    while length:
        if window.at == window.end and not window.more():
            return False
        step = min(length, window.end - window.at)
        window.at += step
        length -= step
    return True


def _face(block: bytes, big: int) -> tuple[int, int, int, int]:
    """Link type, time units a second, offset in seconds and snap length of an interface block."""
    order = ">" if big else "<"
    link, _, snap = struct.unpack_from(f"{order}HHI", block, 8)
    units, offset, at = 1_000_000, 0, 16
    while at + 4 <= len(block) - 4:
        code, length = struct.unpack_from(f"{order}HH", block, at)
        value = block[at + 4 : at + 4 + length]
        if code == 9 and length == 1:
            units = 1 << min(value[0] & 127, 62) if value[0] & 128 else 10 ** min(value[0], 18)
        elif code == 14 and length == 8:
            offset = max(-LONGEST_OFFSET, min(LONGEST_OFFSET, struct.unpack(f"{order}q", value)[0]))
        elif code == 0:
            break
        at += 4 + (length + 3) // 4 * 4
    return link, units, offset, snap
