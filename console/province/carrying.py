"""Packages that were carried here: what they hold is taken in, and a package of receipts goes back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from console.audit.chain import record
from console.province import receipts
from console.province.envelope import attachments_of, parsed
from console.province.inbox import receive_all
from console.province.package import Contents, attachment_folder, unpacked, write_package
from console.province.party import Party
from console.province.refusal import Refusal
from console.province.sending import take_receipt
from sensors.contract.segment import put


@dataclass(frozen=True, slots=True)
class Taken:
    """What a package brought."""

    messages: int
    refused: tuple[str, ...]
    receipts: int
    reply: str | None


def take_package(engine: Engine, party: Party, content: bytes, by: str, at: datetime) -> Taken:
    """Take a package in. Refusal for one that is not in order, which is audited and changes nothing else.

    Taking the same package again changes nothing and writes the same receipts.
    """
    digest = hashlib.sha256(content).hexdigest()
    try:
        held = unpacked(party, content, at)
        _check_attachments(held)
    except Refusal as refused:
        _audit(engine, by, "link.refuse", digest, {"code": refused.code, "reason": refused.sentence}, at)
        raise
    for name, data in held.attachments.items():
        folder = attachment_folder(party.root)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        put(folder, name, data)
    replies = receive_all(engine, party, held.envelopes, at, "package", by) if held.envelopes else []
    settled = _take_receipts(engine, party, held, at)
    refusals = tuple(reply.refused.sentence for reply in replies if reply.refused)
    reply = None
    if replies:
        path = write_package(party, [], f"receipts-{digest[:12]}", [one.text for one in replies], at)
        reply = path.name
    detail = {"messages": len(replies), "refused": len(refusals), "receipts": settled}
    _audit(engine, by, "link.package", digest, detail, at)
    return Taken(len(replies) - len(refusals), refusals, settled, reply)


def _take_receipts(engine: Engine, party: Party, held: Contents, at: datetime) -> int:
    settled = 0
    with engine.begin() as connection:
        for text in held.receipts:
            try:
                receipt = receipts.read(text, party.us, party.keys, at)
            except Refusal:
                # The manifest is the peer's, the receipt is not: it settles nothing.
                continue
            settled += take_receipt(connection, party, receipt, at, by_hand=True)
    return settled


def _check_attachments(held: Contents) -> None:
    """Every attachment that a message names must have come with it, and nothing else."""
    named: dict[str, int] = {}
    for wire in held.envelopes:
        inner = parsed(wire).get("envelope")
        listed = inner.get("attachments", []) if isinstance(inner, Mapping) else []
        named |= {one.sha256: one.size for one in attachments_of(listed)}
    for digest, size in named.items():
        if len(held.attachments.get(digest, b"")) != size:
            raise Refusal("attachment", f"the attachment {digest[:16]}… is missing from the package or of another size")
    foreign = sorted(held.attachments.keys() - named.keys())
    if foreign:
        raise Refusal("attachment", f"the attachment {foreign[0][:16]}… belongs to no message of the package")


def _audit(engine: Engine, by: str, action: str, digest: str, detail: Mapping[str, object], at: datetime) -> None:
    with engine.begin() as connection:
        record(connection, at=at, actor=by, action=action, object=f"package {digest[:16]}", detail=detail)


def counted(taken: Taken) -> str:
    """What a package brought, as JSON for programs."""
    return json.dumps(
        {
            "messages": taken.messages,
            "refused": list(taken.refused),
            "receipts": taken.receipts,
            "reply": taken.reply,
        },
        ensure_ascii=False,
    )
