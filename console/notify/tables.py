"""The tables of messages to people. A message is queued in the transaction of what it tells of."""

from __future__ import annotations

from typing import Final

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Integer, String, Table, Text

from analytics.db import METADATA, UtcDateTime

DELIVERY: Final = Table(
    "delivery",
    METADATA,
    Column("id", Integer, primary_key=True),
    # what makes two messages the same: the second is not queued
    Column("key", String(200), nullable=False, unique=True),
    # callout, clock, reminder, notice, link, receipt
    Column("kind", String(20), nullable=False, index=True),
    Column("recipient", String(120), nullable=False),
    # {"account": …, "email": …, "phone": …}: what is known of them
    Column("addresses", JSON, nullable=False),
    Column("subject", String(300), nullable=False),
    Column("text", Text, nullable=False),
    # what it is about, such as `incident 2026-0147`
    Column("ref", String(120), nullable=False, index=True),
    Column("urgent", Boolean, nullable=False),
    Column("exercise_id", Integer, ForeignKey("exercise.id")),
    Column("created_at", UtcDateTime, nullable=False),
    # waiting, sent, failed (given up), void (no longer needed)
    Column("state", String(20), nullable=False, index=True),
    Column("attempts", Integer, nullable=False),
    Column("next_at", UtcDateTime, nullable=False),
    Column("sent_at", UtcDateTime),
    Column("channel", String(20)),
    Column("error", Text),
    # asked to acknowledge until `ack_due`; a link's token is kept as its hash
    Column("ack_due", UtcDateTime),
    Column("ack_hash", String(64), index=True),
    Column("acked_at", UtcDateTime),
    Column("acked_by", String(60)),
)
DELIVERY_ATTEMPT: Final = Table(
    "delivery_attempt",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("delivery_id", Integer, ForeignKey("delivery.id"), nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False),
    Column("channel", String(20), nullable=False),
    Column("ok", Boolean, nullable=False),
    Column("said", Text, nullable=False),
)
# How a message stands on each channel that can reach its recipient: one that hangs holds up no other.
DELIVERY_CHANNEL: Final = Table(
    "delivery_channel",
    METADATA,
    Column("delivery_id", Integer, ForeignKey("delivery.id"), primary_key=True),
    Column("channel", String(20), primary_key=True),
    # waiting, sent, failed (given up)
    Column("state", String(20), nullable=False, index=True),
    Column("attempts", Integer, nullable=False),
    Column("next_at", UtcDateTime, nullable=False),
)
