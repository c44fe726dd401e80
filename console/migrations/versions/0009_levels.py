"""Response levels, call-outs, mechanisms, and how a message stands on each channel."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Make the tables."""
    _mechanism()
    _level()
    _callout()
    _channel()


def _mechanism() -> None:
    op.create_table(
        "mechanism",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("version", sa.String(21), nullable=False),
        sa.Column("effective", sa.Date, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("loaded_by", sa.String(60), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_mechanism"),
    )
    op.create_table(
        "mechanism_tick",
        sa.Column("ref", sa.String(16), nullable=False),
        sa.Column("slot", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(60), nullable=False),
        sa.PrimaryKeyConstraint("ref", "slot", name="pk_mechanism_tick"),
    )


def _level() -> None:
    op.create_table(
        "response_level",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("incident_id", sa.String(16), nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("action", sa.String(10), nullable=False),
        sa.Column("level", sa.Integer),
        sa.Column("before", sa.Integer),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(60), nullable=False),
        sa.Column("mechanism", sa.String(64), nullable=False),
        sa.Column("exercise_id", sa.Integer),
        sa.Column("statement", sa.Text, nullable=False),
        sa.Column("signature", sa.String(120), nullable=False),
        sa.Column("key_id", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name="fk_response_level_incident_id"),
        sa.ForeignKeyConstraint(["mechanism"], ["mechanism.digest"], name="fk_response_level_mechanism"),
        sa.ForeignKeyConstraint(["exercise_id"], ["exercise.id"], name="fk_response_level_exercise_id"),
        sa.PrimaryKeyConstraint("id", name="pk_response_level"),
        sa.UniqueConstraint("incident_id", "seq", name="uq_response_level_incident_id"),
    )
    op.create_index("ix_response_level_incident_id", "response_level", ["incident_id"])


def _callout() -> None:
    op.create_table(
        "callout",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("incident_id", sa.String(16), nullable=False),
        sa.Column("episode", sa.Integer, nullable=False),
        sa.Column("slot", sa.String(64), nullable=False),
        sa.Column("slot_name", sa.String(120), nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("person", sa.String(120), nullable=False),
        sa.Column("account", sa.String(40)),
        sa.Column("phone", sa.String(120)),
        sa.Column("level", sa.Integer, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("acked_at", sa.DateTime(timezone=True)),
        sa.Column("acked_by", sa.String(60)),
        sa.Column("delivery_id", sa.Integer),
        sa.Column("exercise_id", sa.Integer),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name="fk_callout_incident_id"),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name="fk_callout_delivery_id"),
        sa.ForeignKeyConstraint(["exercise_id"], ["exercise.id"], name="fk_callout_exercise_id"),
        sa.PrimaryKeyConstraint("id", name="pk_callout"),
        sa.UniqueConstraint("incident_id", "episode", "slot", "place", name="uq_callout_incident_id"),
    )
    for name in ("incident_id", "state", "delivery_id"):
        op.create_index(f"ix_callout_{name}", "callout", [name])


def _channel() -> None:
    op.create_table(
        "delivery_channel",
        sa.Column("delivery_id", sa.Integer, nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name="fk_delivery_channel_delivery_id"),
        sa.PrimaryKeyConstraint("delivery_id", "channel", name="pk_delivery_channel"),
    )
    op.create_index("ix_delivery_channel_state", "delivery_channel", ["state"])


def downgrade() -> None:
    """Forget them."""
    for name in ("delivery_channel", "callout", "response_level", "mechanism_tick", "mechanism"):
        op.drop_table(name)
