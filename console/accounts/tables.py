"""The tables of accounts: who, with which roles and scope, logged in where."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from analytics.db import METADATA, UtcDateTime

ACCOUNT: Final = Table(
    "account",
    METADATA,
    Column("id", String(24), primary_key=True),
    Column("login", String(40), nullable=False, unique=True),
    Column("name", String(60), nullable=False),
    Column("password_hash", String(200), nullable=False),
    # Set when somebody else chose the password: it opens the change page and nothing more.
    Column("must_change", Boolean, nullable=False),
    Column("password_at", UtcDateTime, nullable=False),
    Column("totp_secret", String(64)),
    # The last time step that was used: a code works once.
    Column("totp_step", Integer),
    Column("language", String(8)),
    Column("active", Boolean, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)
# One row a role and scope; neither county nor unit means the whole prefecture.
ACCOUNT_GRANT: Final = Table(
    "account_grant",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("account_id", String(24), ForeignKey("account.id"), nullable=False, index=True),
    Column("role", String(20), nullable=False),
    Column("county", String(6)),
    Column("unit_id", String(40)),
    UniqueConstraint("account_id", "role", "county", "unit_id"),
)
SESSION: Final = Table(
    "session",
    METADATA,
    # SHA-256 of the cookie's value: who reads the table cannot use what it holds.
    Column("id_hash", String(64), primary_key=True),
    Column("account_id", String(24), ForeignKey("account.id"), nullable=False, index=True),
    # full, or code while the second factor is still missing
    Column("stage", String(10), nullable=False),
    Column("csrf", String(64), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),
    Column("address", String(60), nullable=False),
    Column("agent", Text, nullable=False),
)
LOGIN_FAILURE: Final = Table(
    "login_failure",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("at", UtcDateTime, nullable=False, index=True),
    Column("login", String(40), nullable=False),
    Column("address", String(60), nullable=False),
    Index("ix_login_failure_login_address", "login", "address"),
)
