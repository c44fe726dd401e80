"""The records of the console: accounts, sessions, the audit chain."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

# As the tables were at this step: what is written here never changes again.
FIRST = sa.MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


sa.Table(
    "account",
    FIRST,
    sa.Column("id", sa.String(24), primary_key=True),
    sa.Column("login", sa.String(40), nullable=False, unique=True),
    sa.Column("name", sa.String(60), nullable=False),
    sa.Column("password_hash", sa.String(200), nullable=False),
    sa.Column("must_change", sa.Boolean, nullable=False),
    sa.Column("password_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("totp_secret", sa.String(64)),
    sa.Column("totp_step", sa.Integer),
    sa.Column("language", sa.String(8)),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
)

sa.Table(
    "audit_entry",
    FIRST,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", sa.String(32), nullable=False, index=True),
    sa.Column("actor", sa.String(60), nullable=False, index=True),
    sa.Column("action", sa.String(60), nullable=False, index=True),
    sa.Column("object", sa.String(120), nullable=False, index=True),
    sa.Column("detail", sa.Text, nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("sm3", sa.String(64), nullable=False),
)

sa.Table(
    "login_failure",
    FIRST,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False, index=True),
    sa.Column("login", sa.String(40), nullable=False),
    sa.Column("address", sa.String(60), nullable=False),
    sa.Index("ix_login_failure_login_address", "login", "address"),
)

sa.Table(
    "account_grant",
    FIRST,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("account_id", sa.String(24), sa.ForeignKey("account.id"), nullable=False, index=True),
    sa.Column("role", sa.String(20), nullable=False),
    sa.Column("county", sa.String(6)),
    sa.Column("unit_id", sa.String(40)),
    sa.UniqueConstraint("account_id", "role", "county", "unit_id"),
)

sa.Table(
    "session",
    FIRST,
    sa.Column("id_hash", sa.String(64), primary_key=True),
    sa.Column("account_id", sa.String(24), sa.ForeignKey("account.id"), nullable=False, index=True),
    sa.Column("stage", sa.String(10), nullable=False),
    sa.Column("csrf", sa.String(64), nullable=False),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("address", sa.String(60), nullable=False),
    sa.Column("agent", sa.Text, nullable=False),
)


def upgrade() -> None:
    FIRST.create_all(op.get_bind())


def downgrade() -> None:
    FIRST.drop_all(op.get_bind())
