"""Receipts. A transport receipt says that a message is stored, or why not; a business receipt what became of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, insert, select, update

from console.province.envelope import canonical, parsed, sound_moment
from console.province.keys import Pinned, check
from console.province.party import Party
from console.province.refusal import Refusal
from console.province.tables import RECEIPT

SCHEMA: Final = "gongga.receipt"
RESULTS: Final = frozenset({"stored", "refused"})
_MOST_BYTES: Final = 16 * 1024


@dataclass(frozen=True, slots=True)
class Receipt:
    """A transport receipt as it was read."""

    message_id: str
    digest: str | None
    result: str
    code: str | None
    reason: str | None
    retry: bool
    at: datetime
    text: str


def made(party: Party, message_id: str, digest: str | None, at: datetime, refused: Refusal | None = None) -> str:
    """A signed transport receipt: stored, or refused with the reason."""
    inner = {
        "schema": SCHEMA,
        "schema_version": 1,
        "about": message_id,
        "digest": digest,
        "from": party.us,
        "to": party.peer,
        "result": "refused" if refused else "stored",
        "code": refused.code if refused else None,
        "reason": refused.sentence if refused else None,
        "retry": bool(refused and refused.retry),
        "at": at.isoformat(),
    }
    content = canonical(inner)
    return f'{{"receipt":{content.decode()},"signature":{json.dumps(party.key.sign(content))}}}'


def read(text: bytes, us: str, keys: Sequence[Pinned], at: datetime) -> Receipt:
    """A transport receipt that the peer signed for us. Refusal for anything else."""
    outer = parsed(text, _MOST_BYTES)
    inner = outer.get("receipt")
    if not isinstance(inner, dict) or inner.get("schema") != SCHEMA:
        raise Refusal("shape", "the answer is no receipt")
    check(keys, canonical(inner), outer.get("signature"), at)
    about, result, digest = inner.get("about"), inner.get("result"), inner.get("digest")
    if inner.get("to") != us or not isinstance(about, str) or result not in RESULTS:
        raise Refusal("shape", "the receipt is not for us, or says nothing that is understood")
    given = sound_moment(inner.get("at"))
    if given is None:
        raise Refusal("shape", "the receipt has no moment with a time zone")
    reason = inner.get("reason")
    return Receipt(
        message_id=about,
        digest=digest if isinstance(digest, str) else None,
        result=str(result),
        code=str(inner.get("code")) if inner.get("code") else None,
        reason=str(reason)[:500] if reason else None,
        retry=inner.get("retry") is True,
        at=given,
        text=text.decode(),
    )


def keep(
    connection: Connection,
    message_id: str,
    peer: str,
    direction: str,
    kind: str,
    *,
    result: str,
    at: datetime,
    now: datetime,
    text: str,
    reason: str | None = None,
    receipt_no: str | None = None,
) -> bool:
    """Keep a receipt, once per message, direction and kind; whether it is new. A later, different one replaces it."""
    same = (
        RECEIPT.c.message_id == message_id,
        RECEIPT.c.peer == peer,
        RECEIPT.c.direction == direction,
        RECEIPT.c.kind == kind,
    )
    values: dict[str, Any] = {
        "result": result,
        "reason": reason,
        "receipt_no": receipt_no,
        "at": at,
        "recorded_at": now,
        "text": text,
    }
    known = connection.execute(select(RECEIPT.c.id, RECEIPT.c.result).where(*same)).one_or_none()
    if known is None:
        connection.execute(
            insert(RECEIPT).values(message_id=message_id, peer=peer, direction=direction, kind=kind, **values)
        )
        return True
    if known.result == result:
        return False
    connection.execute(update(RECEIPT).where(RECEIPT.c.id == known.id).values(values))
    return True


def given(connection: Connection, message_id: str, peer: str) -> str | None:
    """The transport receipt that we gave for a message."""
    found = connection.execute(
        select(RECEIPT.c.text).where(
            RECEIPT.c.message_id == message_id,
            RECEIPT.c.peer == peer,
            RECEIPT.c.direction == "given",
            RECEIPT.c.kind == "transport",
        )
    ).scalar()
    return str(found) if found is not None else None
