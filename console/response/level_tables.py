"""The tables of response levels: each change signed, who was called in, what was ticked off, under which mechanism."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Date, ForeignKey, Integer, String, Table, Text, UniqueConstraint

from analytics.db import METADATA, UtcDateTime

# Every mechanism that an incident started under, kept whole: the file in the folder may be replaced.
MECHANISM: Final = Table(
    "mechanism",
    METADATA,
    # SHA-256 of the file
    Column("digest", String(64), primary_key=True),
    Column("name", String(120), nullable=False),
    Column("version", String(21), nullable=False),
    Column("effective", Date, nullable=False),
    Column("content", Text, nullable=False),
    Column("loaded_at", UtcDateTime, nullable=False),
    Column("loaded_by", String(60), nullable=False),
)
# One row a change, numbered from 1 in each incident: two people cannot both make the same one.
RESPONSE_LEVEL: Final = Table(
    "response_level",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("incident_id", String(16), ForeignKey("incident.id"), nullable=False, index=True),
    Column("seq", Integer, nullable=False),
    # start, change, end
    Column("action", String(10), nullable=False),
    # the level from now on; none after the end
    Column("level", Integer),
    Column("before", Integer),
    Column("reason", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("by", String(60), nullable=False),
    Column("mechanism", String(64), ForeignKey("mechanism.digest"), nullable=False),
    Column("exercise_id", Integer, ForeignKey("exercise.id")),
    # what was signed, word for word, and the signature over it
    Column("statement", Text, nullable=False),
    Column("signature", String(120), nullable=False),
    Column("key_id", String(32), nullable=False),
    UniqueConstraint("incident_id", "seq"),
)
CALLOUT: Final = Table(
    "callout",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("incident_id", String(16), ForeignKey("incident.id"), nullable=False, index=True),
    # the start of the response it belongs to, as its number in the incident
    Column("episode", Integer, nullable=False),
    Column("slot", String(64), nullable=False),
    Column("slot_name", String(120), nullable=False),
    # 0 is called first, each next one when the one before did not acknowledge
    Column("place", Integer, nullable=False),
    Column("person", String(120), nullable=False),
    Column("account", String(40)),
    Column("phone", String(120)),
    Column("level", Integer, nullable=False),
    Column("state", String(20), nullable=False, index=True),
    Column("called_at", UtcDateTime, nullable=False),
    Column("due", UtcDateTime, nullable=False),
    Column("acked_at", UtcDateTime),
    Column("acked_by", String(60)),
    Column("delivery_id", Integer, ForeignKey("delivery.id"), index=True),
    Column("exercise_id", Integer, ForeignKey("exercise.id")),
    UniqueConstraint("incident_id", "episode", "slot", "place"),
)
# What was ticked off a mechanism's checklist: of an incident, or of a year (`2026`).
TICK: Final = Table(
    "mechanism_tick",
    METADATA,
    Column("ref", String(16), primary_key=True),
    Column("slot", String(64), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("by", String(60), nullable=False),
)
