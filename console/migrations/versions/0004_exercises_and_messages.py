"""Exercises, and messages to people with each attempt to deliver them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the tables."""
    _exercise()
    _delivery()
    _attempt()


def _exercise() -> None:
    op.create_table(
        "exercise",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_by", sa.String(60), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("ended_by", sa.String(60)),
        sa.PrimaryKeyConstraint("id", name="pk_exercise"),
    )


def _delivery() -> None:
    op.create_table(
        "delivery",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("recipient", sa.String(120), nullable=False),
        sa.Column("addresses", sa.JSON, nullable=False),
        sa.Column("subject", sa.String(300), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("ref", sa.String(120), nullable=False),
        sa.Column("urgent", sa.Boolean, nullable=False),
        sa.Column("exercise_id", sa.Integer),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True)),
        sa.Column("channel", sa.String(20)),
        sa.Column("error", sa.Text),
        sa.Column("ack_due", sa.DateTime(timezone=True)),
        sa.Column("ack_hash", sa.String(64)),
        sa.Column("acked_at", sa.DateTime(timezone=True)),
        sa.Column("acked_by", sa.String(60)),
        sa.ForeignKeyConstraint(["exercise_id"], ["exercise.id"], name="fk_delivery_exercise_id"),
        sa.PrimaryKeyConstraint("id", name="pk_delivery"),
        sa.UniqueConstraint("key", name="uq_delivery_key"),
    )
    for name in ("kind", "ref", "state", "ack_hash"):
        op.create_index(f"ix_delivery_{name}", "delivery", [name])


def _attempt() -> None:
    op.create_table(
        "delivery_attempt",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("delivery_id", sa.Integer, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("ok", sa.Boolean, nullable=False),
        sa.Column("said", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name="fk_delivery_attempt_delivery_id"),
        sa.PrimaryKeyConstraint("id", name="pk_delivery_attempt"),
    )
    op.create_index("ix_delivery_attempt_delivery_id", "delivery_attempt", ["delivery_id"])


def downgrade() -> None:
    """Forget them."""
    for name in ("delivery_attempt", "delivery", "exercise"):
        op.drop_table(name)
