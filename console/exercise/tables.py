"""The table of exercises. What is made while one runs names it."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Integer, String, Table

from analytics.db import METADATA, UtcDateTime

EXERCISE: Final = Table(
    "exercise",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("name", String(120), nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("started_by", String(60), nullable=False),
    Column("ended_at", UtcDateTime),
    Column("ended_by", String(60)),
)
