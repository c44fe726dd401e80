"""The envelope of a message: its fields, its canonical form (RFC 8785), its signature, and how it is opened."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import rfc8785

from console.province.keys import Pinned, check
from console.province.refusal import Refusal
from console.province.signing import SignatureProvider

SCHEMA: Final = "gongga.link"
# Version 1 knew neither exercises nor attachments. The version before is still read, and written for a peer that asks.
VERSION: Final = 2
VERSIONS: Final = (1, 2)
MOST_BYTES: Final = 2 * 1024 * 1024
MOST_DEPTH: Final = 32
MOST_ATTACHMENTS: Final = 20
# A sender keeps trying for as long, and a receiver remembers ids for as long.
GOOD_FOR: Final = timedelta(days=90)
SKEW: Final = timedelta(minutes=5)
# Extensions that a sender may insist on and that are understood here.
UNDERSTOOD: Final = frozenset({"exercise"})
_NAME: Final = re.compile(r"[A-Za-z0-9._-]{1,60}")
_HEX: Final = re.compile(r"[0-9a-f]{64}")
_LAST_SEQ: Final = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a message, named by its hash."""

    name: str
    media_type: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Envelope:
    """One message between two parties. `extra` keeps the fields that this version does not know."""

    message_id: str
    kind: str
    sender: str
    recipient: str
    seq: int
    issued_at: datetime
    expires_at: datetime
    nonce: str
    marking: str
    exercise: bool
    body: Mapping[str, Any]
    attachments: tuple[Attachment, ...] = ()
    critical: tuple[str, ...] = ()
    version: int = VERSION
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Opened:
    """A message whose signature was checked, with the hash of its canonical form and the text it came as."""

    envelope: Envelope
    digest: str
    wire: str


def document(envelope: Envelope) -> dict[str, Any]:
    """The envelope as JSON values, in the shape of its version. Refusal for what that version cannot say."""
    if envelope.version == 1 and (envelope.exercise or envelope.attachments):
        raise Refusal("version", "version 1 of the envelope knows neither exercises nor attachments")
    later: dict[str, Any] = {
        "exercise": envelope.exercise,
        "attachments": [
            {"name": one.name, "media_type": one.media_type, "size": one.size, "sha256": one.sha256}
            for one in envelope.attachments
        ],
    }
    return {
        **envelope.extra,
        "schema": SCHEMA,
        "schema_version": envelope.version,
        "message_id": envelope.message_id,
        "kind": envelope.kind,
        "from": envelope.sender,
        "to": envelope.recipient,
        "seq": envelope.seq,
        "iat": envelope.issued_at.isoformat(),
        "exp": envelope.expires_at.isoformat(),
        "nonce": envelope.nonce,
        "critical": list(envelope.critical),
        "marking": envelope.marking,
        "body": dict(envelope.body),
        **(later if envelope.version >= 2 else {}),
    }


def seal(envelope: Envelope, key: SignatureProvider) -> tuple[str, str]:
    """The signed text of a message, and the hash of its canonical form. Refusal for a body that no JSON can carry."""
    content = canonical(document(envelope))
    wire = f'{{"envelope":{content.decode()},"signature":{json.dumps(key.sign(content))}}}'
    if len(wire.encode()) > MOST_BYTES:
        raise Refusal("size", f"the message is larger than {MOST_BYTES} bytes; send what is large as an attachment")
    return wire, hashlib.sha256(content).hexdigest()


def opened(wire: bytes, keys: Sequence[Pinned], at: datetime) -> Opened:
    """Check a message and read it: first that a pinned key signed exactly these bytes, then what they say.

    Refusal for everything that is not so, in one sentence.
    """
    outer = parsed(wire)
    inner = outer.get("envelope")
    if not isinstance(inner, dict):
        raise Refusal("shape", "the message has no envelope")
    content = canonical(inner)
    check(keys, content, outer.get("signature"), at)
    envelope = envelope_of(inner)
    if envelope.issued_at - at > SKEW:
        ahead = int((envelope.issued_at - at).total_seconds())
        raise Refusal(
            "clock", f"the message is dated {ahead} s ahead of our clock; check the sender's time", retry=True
        )
    if envelope.expires_at <= at:
        raise Refusal("expired", f"the message was good until {envelope.expires_at.isoformat()}")
    return Opened(envelope, hashlib.sha256(content).hexdigest(), wire.decode())


def canonical(value: Mapping[str, Any]) -> bytes:
    """The canonical octets of a document (JCS). Refusal for numbers or texts that JCS has no form for."""
    try:
        return rfc8785.dumps(dict(value))
    except (rfc8785.CanonicalizationError, ValueError, RecursionError) as error:
        raise Refusal("shape", f"the message has no canonical form: {error}") from error


def parsed(content: bytes, most: int = MOST_BYTES) -> dict[str, Any]:
    """A JSON object from a stranger: bounded in size and depth, no name twice, no number that is none. Refusal."""
    if len(content) > most:
        raise Refusal("size", f"the message is larger than {most} bytes")
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        raise Refusal("shape", "the message is not UTF-8") from error
    if _depth(text) > MOST_DEPTH:
        raise Refusal("depth", f"the message is nested deeper than {MOST_DEPTH} levels")
    try:
        found = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        if isinstance(error, Refusal):
            raise
        raise Refusal("shape", f"the message is not JSON: {error}") from error
    if not isinstance(found, dict):
        raise Refusal("shape", "the message is not a JSON object")
    return found


def envelope_of(inner: Mapping[str, Any]) -> Envelope:
    """The envelope of a document. Refusal for a version, a field or an insisted extension that is not understood."""
    if inner.get("schema") != SCHEMA:
        raise Refusal("shape", f"the envelope's schema must be {SCHEMA}")
    version = inner.get("schema_version")
    if not isinstance(version, int) or isinstance(version, bool) or version not in VERSIONS:
        raise Refusal(
            "version", f"envelope version {version!r} is not understood; send {VERSIONS[0]} or {VERSIONS[-1]}"
        )
    critical = inner.get("critical")
    if not isinstance(critical, list) or not all(isinstance(one, str) for one in critical):
        raise Refusal("shape", "critical must be a list of names")
    unknown = sorted(set(critical) - UNDERSTOOD)
    if unknown:
        raise Refusal("critical", f"the sender insists on {unknown[0]!r}, which is not understood here")
    known = _FIELDS | (_LATER if version >= 2 else frozenset())
    issued, expires = _moment(inner, "iat"), _moment(inner, "exp")
    if not issued < expires <= issued + 2 * GOOD_FOR:
        raise Refusal("shape", f"exp must follow iat by at most {2 * GOOD_FOR.days} days")
    body = inner.get("body")
    if not isinstance(body, dict):
        raise Refusal("shape", "body must be an object")
    return Envelope(
        message_id=_id(inner.get("message_id")),
        kind=_name(inner, "kind"),
        sender=_name(inner, "from"),
        recipient=_name(inner, "to"),
        seq=_seq(inner.get("seq")),
        issued_at=issued,
        expires_at=expires,
        nonce=_name(inner, "nonce"),
        marking=_text(inner, "marking", 20),
        exercise=_flag(inner.get("exercise", False)) if version >= 2 else False,
        body=body,
        attachments=attachments_of(inner.get("attachments", [])) if version >= 2 else (),
        critical=tuple(critical),
        version=version,
        extra={name: value for name, value in inner.items() if name not in known},
    )


def attachments_of(listed: object) -> tuple[Attachment, ...]:
    """The attachments an envelope names. Refusal for one that is not named properly."""
    if not isinstance(listed, list) or len(listed) > MOST_ATTACHMENTS:
        raise Refusal("attachment", f"attachments must be a list of at most {MOST_ATTACHMENTS}")
    found = []
    for one in listed:
        if not isinstance(one, dict) or not isinstance(one.get("size"), int) or not 0 <= one["size"] < 2**31:
            raise Refusal("attachment", "an attachment needs a name, a size and its SHA-256")
        digest = one.get("sha256")
        if not isinstance(digest, str) or not _HEX.fullmatch(digest):
            raise Refusal("attachment", "an attachment's sha256 must be 64 hexadecimal digits")
        found.append(
            Attachment(_text(one, "name", 120), _text(one, "media_type", 80), one["size"], digest),
        )
    return tuple(found)


_FIELDS: Final = frozenset(
    {"schema", "schema_version", "message_id", "kind", "from", "to", "seq"}
    | {"iat", "exp", "nonce", "critical", "marking", "body"}
)
_LATER: Final = frozenset({"exercise", "attachments"})


def _depth(text: str) -> int:
    """How deep it is nested, in one pass: a pattern over strings would go back and forth in a hostile text."""
    deepest = depth = 0
    inside = escaped = False
    for char in text:
        if inside:
            inside = escaped or char != '"'
            escaped = not escaped and char == "\\"
        elif char == '"':
            inside = True
        elif char in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif char in "]}":
            depth -= 1
    return deepest


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Refusal("shape", "a name stands twice in one object")
    return found


def _no_number(text: str) -> float:
    raise Refusal("shape", f"{text} is no JSON number")


def _name(inner: Mapping[str, Any], key: str) -> str:
    value = inner.get(key)
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        raise Refusal("shape", f"{key} must be 1 to 60 letters, digits, dots, dashes or underscores")
    return value


def _text(inner: Mapping[str, Any], key: str, most: int) -> str:
    value = inner.get(key)
    if not isinstance(value, str) or not 0 < len(value) <= most:
        raise Refusal("shape", f"{key} must be a text of at most {most} characters")
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise Refusal("shape", "exercise must be true or false")
    return value


def _seq(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= _LAST_SEQ:
        raise Refusal("shape", "seq must be a whole number from 1 on")
    return value


def _id(value: object) -> str:
    try:
        found = str(UUID(str(value)))
    except ValueError:
        found = ""
    if not found or found != value:
        raise Refusal("shape", "message_id must be a UUID in lower case")
    return found


def _moment(inner: Mapping[str, Any], key: str) -> datetime:
    found = sound_moment(inner.get(key))
    if found is None:
        raise Refusal("shape", f"{key} must be a moment with a time zone")
    return found


def sound_moment(value: object) -> datetime | None:
    """The moment of a text with a time zone, in years that can be reckoned with; None for anything else."""
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) and len(value) < 40 else None
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None and 2000 <= found.year < 2200 else None
