"""The tables of the link: reports, what waits to go out, what came in, receipts, instructions, reconciliation."""

from __future__ import annotations

from typing import Final

from sqlalchemy import JSON, Boolean, Column, Float, ForeignKey, Integer, String, Table, Text, UniqueConstraint

from analytics.db import METADATA, UtcDateTime

# One row a peer: what the office set for it, how far both directions are, and who is sending now.
LINK_STATE: Final = Table(
    "link_state",
    METADATA,
    Column("peer", String(60), primary_key=True),
    Column("us", String(60), nullable=False),
    Column("transport", String(20), nullable=False),
    # the gravest marking that may leave over it
    Column("marking", String(20), nullable=False),
    # the other side is a simulator: it gets what exercises make, and nothing else
    Column("is_exercise", Boolean, nullable=False),
    # the one that new messages are for
    Column("active", Boolean, nullable=False),
    Column("seq_out", Integer, nullable=False),
    Column("seq_in", Integer, nullable=False),
    # seconds that the peer's clock is ahead of ours, as of its last message
    Column("clock_skew", Float),
    Column("last_sent_at", UtcDateTime),
    Column("last_receipt_at", UtcDateTime),
    Column("last_heard_at", UtcDateTime),
    Column("failures", Integer, nullable=False),
    Column("next_at", UtcDateTime),
    Column("error", Text),
    Column("lease_by", String(80)),
    Column("lease_until", UtcDateTime),
)
OUTBOX: Final = Table(
    "outbox",
    METADATA,
    # the order in which messages leave
    Column("id", Integer, primary_key=True),
    Column("message_id", String(36), nullable=False, unique=True),
    Column("peer", String(60), index=True),
    # given when the envelope is sealed: a held message leaves no gap
    Column("seq", Integer),
    Column("kind", String(20), nullable=False, index=True),
    Column("ref", String(120), nullable=False, index=True),
    Column("body", JSON, nullable=False),
    Column("marking", String(20), nullable=False),
    Column("exercise_id", Integer, ForeignKey("exercise.id")),
    # what it is compared with at every link: true only for what an exercise made
    Column("for_exercise", Boolean, nullable=False),
    # one of outbox.STATES
    Column("state", String(20), nullable=False, index=True),
    Column("reason", Text),
    Column("created_at", UtcDateTime, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_at", UtcDateTime, nullable=False),
    Column("sealed_at", UtcDateTime, index=True),
    Column("sent_at", UtcDateTime),
    Column("stored_at", UtcDateTime),
    Column("settled_at", UtcDateTime),
    # the signed text as it leaves, each time the same, and the SHA-256 of its canonical envelope
    Column("envelope", Text),
    Column("digest", String(64)),
    UniqueConstraint("peer", "seq"),
)
INBOX: Final = Table(
    "inbox",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("message_id", String(36), nullable=False, index=True),
    Column("peer", String(60), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("nonce", String(64), nullable=False),
    Column("kind", String(20), nullable=False, index=True),
    Column("marking", String(20), nullable=False),
    Column("exercise", Boolean, nullable=False),
    Column("exercise_id", Integer, ForeignKey("exercise.id")),
    # one of inbox.STATES
    Column("state", String(20), nullable=False, index=True),
    Column("reason", Text),
    Column("body", JSON, nullable=False),
    Column("wire", Text, nullable=False),
    Column("transport", String(20), nullable=False),
    Column("issued_at", UtcDateTime, nullable=False, index=True),
    Column("received_at", UtcDateTime, nullable=False),
    Column("handled_at", UtcDateTime),
    UniqueConstraint("peer", "message_id"),
    UniqueConstraint("seq", "peer"),
    UniqueConstraint("nonce", "peer"),
)
# What each side signed about a message of the other: that it is stored, and what became of it.
RECEIPT: Final = Table(
    "receipt",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("message_id", String(36), nullable=False, index=True),
    Column("peer", String(60), nullable=False),
    # given: by us, got: by the peer
    Column("direction", String(10), nullable=False),
    # transport, business
    Column("kind", String(20), nullable=False),
    # of a transport receipt stored or refused, of a business one accepted or returned
    Column("result", String(20), nullable=False),
    Column("receipt_no", String(80)),
    Column("reason", Text),
    Column("at", UtcDateTime, nullable=False),
    Column("recorded_at", UtcDateTime, nullable=False),
    Column("text", Text, nullable=False),
    UniqueConstraint("message_id", "peer", "direction", "kind"),
)
REPORT: Final = Table(
    "report",
    METADATA,
    Column("id", String(24), primary_key=True),
    Column("incident_id", String(16), ForeignKey("incident.id"), nullable=False, index=True),
    # one of the kinds in playbooks/province/report.yml
    Column("kind", String(20), nullable=False),
    # one of report_life.MOVES
    Column("state", String(20), nullable=False, index=True),
    # the items of 第七条, or of the summary, by their keys
    Column("items", JSON, nullable=False),
    Column("marking", String(20), nullable=False),
    Column("drafted_by", String(60), nullable=False),
    Column("drafted_at", UtcDateTime, nullable=False),
    Column("released_at", UtcDateTime),
    Column("message_id", String(36), index=True),
    Column("receipt_no", String(80)),
    Column("reason", Text),
    Column("previous_id", String(24)),
    Column("exercise_id", Integer, ForeignKey("exercise.id")),
    Column("county", String(6), index=True),
    Column("unit_id", String(40), index=True),
    Column("version", Integer, nullable=False),
)
# Who stands for a version of a report; two different people let it go.
REPORT_RELEASE: Final = Table(
    "report_release",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("report_id", String(24), ForeignKey("report.id"), nullable=False, index=True),
    Column("version", Integer, nullable=False),
    Column("by", String(60), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("reason", Text, nullable=False),
    UniqueConstraint("report_id", "version", "by"),
)
INSTRUCTION: Final = Table(
    "instruction",
    METADATA,
    Column("id", String(24), primary_key=True),
    Column("message_id", String(36), nullable=False, unique=True),
    Column("peer", String(60), nullable=False),
    # the province's own number
    Column("number", String(80), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("urgency", String(20), nullable=False),
    Column("title", String(300), nullable=False),
    Column("content", Text, nullable=False),
    Column("targets", JSON, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("due_sign", UtcDateTime),
    Column("due_feedback", UtcDateTime),
    # received 收到, signed 签收, assigned 转办, answered 反馈, done 办结
    Column("state", String(20), nullable=False, index=True),
    Column("incident_id", String(16), ForeignKey("incident.id"), index=True),
    Column("notice_id", String(40), index=True),
    Column("unit_id", String(40), index=True),
    Column("county", String(6), index=True),
    Column("marking", String(20), nullable=False),
    Column("exercise_id", Integer, ForeignKey("exercise.id")),
    Column("version", Integer, nullable=False),
    UniqueConstraint("peer", "number"),
)
INSTRUCTION_STEP: Final = Table(
    "instruction_step",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("instruction_id", String(24), ForeignKey("instruction.id"), nullable=False, index=True),
    Column("state_from", String(20), nullable=False),
    Column("state_to", String(20), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("by", String(60), nullable=False),
    Column("text", Text, nullable=False),
    Column("unit_id", String(40)),
    # the message that carries it up, signed
    Column("message_id", String(36), nullable=False),
)
# One day and direction: what was sent by the one and what is there at the other.
RECONCILIATION: Final = Table(
    "reconciliation",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("day", String(10), nullable=False),
    Column("peer", String(60), nullable=False),
    # out: what we sent, in: what the peer sent
    Column("direction", String(10), nullable=False),
    Column("count", Integer, nullable=False),
    Column("last_seq", Integer, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("their_count", Integer),
    Column("their_last_seq", Integer),
    Column("their_digest", String(64)),
    # asked, equal, different
    Column("state", String(20), nullable=False),
    # {"missing": [...], "extra": [...], "other": [...]}: message ids
    Column("difference", JSON),
    Column("at", UtcDateTime, nullable=False),
    UniqueConstraint("day", "peer", "direction"),
)
