"""The table of the audit chain. Rows are only ever added."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Integer, String, Table, Text

from analytics.db import METADATA

AUDIT_ENTRY: Final = Table(
    "audit_entry",
    METADATA,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    # Text on purpose: the hash is over exactly these characters, whichever database keeps them.
    Column("at", String(32), nullable=False, index=True),
    Column("actor", String(60), nullable=False, index=True),
    Column("action", String(60), nullable=False, index=True),
    Column("object", String(120), nullable=False, index=True),
    Column("detail", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("sm3", String(64), nullable=False),
)
