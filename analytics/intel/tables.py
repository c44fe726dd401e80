"""The tables of indicators: what others told us to watch for, and what of it is watched."""

from __future__ import annotations

from typing import Final

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from analytics.db import METADATA, UtcDateTime

# One row an indicator, in its newest version; `body` is the STIX object as it came.
INDICATOR: Final = Table(
    "indicator",
    METADATA,
    Column("id", String(24), primary_key=True),
    Column("stix_id", String(60), nullable=False, unique=True),
    Column("modified", UtcDateTime, nullable=False),
    Column("name", String(300), nullable=False),
    Column("pattern", Text, nullable=False),
    Column("pattern_type", String(40), nullable=False),
    Column("source", String(120), nullable=False, index=True),
    # 公开 内部 敏感, and the TLP that it came with or that follows from it
    Column("marking", String(10), nullable=False),
    Column("tlp", String(16), nullable=False),
    Column("confidence", Integer),
    Column("valid_from", UtcDateTime, nullable=False),
    Column("valid_until", UtcDateTime, nullable=False, index=True),
    # watched, unwatched (cannot be), ignored (must not be), stopped (by a person), revoked (by its source)
    Column("state", String(12), nullable=False, index=True),
    Column("reason", Text),
    Column("received_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    # when the past was searched for it; none while that is due
    Column("hunted_at", UtcDateTime),
    Column("hits", Integer, nullable=False),
    Column("last_hit", UtcDateTime),
    Column("body", JSON, nullable=False),
    Column("version", Integer, nullable=False),
    Index("ix_indicator_state_hunted_at", "state", "hunted_at"),
)
# What a watched indicator stands for, in the normal form that events are compared in.
INDICATOR_VALUE: Final = Table(
    "indicator_value",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("indicator_id", String(24), ForeignKey("indicator.id"), nullable=False),
    Column("kind", String(12), nullable=False),
    Column("value", String(500), nullable=False, index=True),
    UniqueConstraint("indicator_id", "kind", "value"),
)
# One row: counted up with every change of what is watched, so that detectors know when to read anew.
WATCHLIST: Final = Table(
    "watchlist",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("version", Integer, nullable=False),
)
