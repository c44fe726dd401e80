"""The tables of the big screen: machines in the hall, and sessions whose names are masked for visitors."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Boolean, Column, ForeignKey, Integer, String, Table

from analytics.db import METADATA, UtcDateTime

KIOSK: Final = Table(
    "kiosk",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("label", String(60), nullable=False),
    # SHA-256 of the token in the address; the token itself is shown once.
    Column("token_hash", String(64), nullable=False, unique=True),
    # The only address it opens from.
    Column("address", String(60), nullable=False),
    Column("account_id", String(24), ForeignKey("account.id"), nullable=False),
    Column("masked", Boolean, nullable=False),
    Column("session_hash", String(64), index=True),
    Column("created_by", String(60), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),
    Column("opened_at", UtcDateTime),
    Column("revoked_at", UtcDateTime),
    Column("revoked_by", String(60)),
)
# A person's own session with visitors beside them.
WALL_MASK: Final = Table(
    "wall_mask",
    METADATA,
    Column("session_hash", String(64), primary_key=True),
    Column("by", String(60), nullable=False),
    Column("at", UtcDateTime, nullable=False),
)
