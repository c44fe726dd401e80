"""The audit chain: each entry holds the SHA-256 and the SM3 of itself and of the entry before."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from cryptography.hazmat.primitives.hashes import SM3, Hash
from sqlalchemy import Connection, Row, insert, select

from console.audit.tables import AUDIT_ENTRY

# What stands before the first entry.
_ROOT: Final = "0" * 64


@dataclass(frozen=True, slots=True)
class Verified:
    """Every entry is as it was written, in its place."""

    entries: int
    sha256: str
    sm3: str


@dataclass(frozen=True, slots=True)
class Broken:
    """The first entry that is not what was written."""

    seq: int
    reason: str


def record(
    connection: Connection, *, at: datetime, actor: str, action: str, object: str, detail: Mapping[str, Any]
) -> None:
    """Add an entry to the chain, inside the caller's transaction: no change without its entry, no entry without it."""
    last = connection.execute(select(AUDIT_ENTRY).order_by(AUDIT_ENTRY.c.seq.desc()).limit(1)).first()
    entry = {
        "seq": last.seq + 1 if last else 1,
        "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": actor,
        "action": action,
        "object": object,
        "detail": _canonical(dict(detail)),
    }
    sha256, sm3 = _sums(entry, last.sha256 if last else _ROOT, last.sm3 if last else _ROOT)
    connection.execute(insert(AUDIT_ENTRY).values(**entry, sha256=sha256, sm3=sm3))


def verify(connection: Connection, after: int = 0) -> Verified | Broken:
    """Recompute the chain, from the start or from what follows entry `after`. What was changed, removed or put between
    is found where it stands.

    What no chain can show by itself is a cut end: compare the head with one printed or sent earlier.
    """
    sha256, sm3, seq = _ROOT, _ROOT, after
    if after:
        known = connection.execute(select(AUDIT_ENTRY).where(AUDIT_ENTRY.c.seq == after)).first()
        if known is None:
            return Broken(after, f"entry {after} is missing")
        sha256, sm3 = known.sha256, known.sm3
    rest = select(AUDIT_ENTRY).where(AUDIT_ENTRY.c.seq > after).order_by(AUDIT_ENTRY.c.seq)
    for row in connection.execute(rest, execution_options={"yield_per": 1000}):
        seq += 1
        if row.seq != seq:
            return Broken(seq, f"entry {seq} is missing")
        sha256, sm3 = _sums(_entry_of(row), sha256, sm3)
        if not (hmac.compare_digest(sha256, row.sha256) and hmac.compare_digest(sm3, row.sm3)):
            return Broken(seq, f"entry {seq} does not match its hash")
    return Verified(seq, sha256, sm3)


def sm3_of(content: bytes) -> str:
    """The SM3 (GB/T 32905) of bytes, in hex."""
    digest = Hash(SM3())
    digest.update(content)
    return digest.finalize().hex()


def _entry_of(row: Row[Any]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ("seq", "at", "actor", "action", "object", "detail")}


def _sums(entry: Mapping[str, Any], before_sha256: str, before_sm3: str) -> tuple[str, str]:
    content = _canonical(entry).encode()
    return (
        hashlib.sha256(before_sha256.encode() + content).hexdigest(),
        sm3_of(before_sm3.encode() + content),
    )


def _canonical(value: Mapping[str, Any]) -> str:
    """Sorted keys, no blanks, no escapes: the same text for the same value."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
