"""The tables of counted numbers: what is open, what each day brought, and attacks counted as the standard counts."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table

from analytics.db import METADATA, UtcDateTime

# How many are open in each county, as of the end of an hour, or as of now in the newest one. County "" is without one.
POSTURE_COUNT: Final = Table(
    "posture_count",
    METADATA,
    Column("hour", UtcDateTime, primary_key=True),
    # alerts by level, findings by severity, checks by id, incidents by level
    Column("measure", String(20), primary_key=True),
    Column("facet", String(60), primary_key=True),
    Column("county", String(6), primary_key=True),
    Column("n", Integer, nullable=False),
)
# What a day by China's clock brought to each county.
POSTURE_DAY: Final = Table(
    "posture_day",
    METADATA,
    Column("day", String(10), primary_key=True),
    Column("measure", String(20), primary_key=True),
    Column("county", String(6), primary_key=True),
    Column("n", BigInteger, nullable=False),
)
# When the numbers were last known to be right, and up to which change.
POSTURE_MARK: Final = Table(
    "posture_mark",
    METADATA,
    Column("name", String(20), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("counted_at", UtcDateTime, nullable=False),
    Column("change_id", BigInteger, nullable=False),
)
# One attack: a source on a target by one kind within one day. Empty strings are unknown sources and no site.
ATTACK: Final = Table(
    "attack",
    METADATA,
    Column("day", String(10), primary_key=True),
    Column("source", String(200), primary_key=True),
    Column("site_id", String(40), primary_key=True),
    Column("kind", String(8), primary_key=True),
    Column("unit_id", String(40), index=True),
    Column("county", String(6), index=True),
    Column("level", String(16), nullable=False),
    Column("alerts", Integer, nullable=False),
    Column("first_seen", UtcDateTime, nullable=False),
    Column("last_seen", UtcDateTime, nullable=False),
    Index("ix_attack_first_seen_kind", "first_seen", "kind", "source", "county"),
)
