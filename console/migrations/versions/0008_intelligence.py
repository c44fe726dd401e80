"""Indicators and what they watch for, collections and peers of TAXII, what was shared."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    _indicators()
    _collections()
    _peers()
    _shares()
    # hits of an indicator are the alerts of its rule
    op.create_index("ix_alert_rule_id", "alert", ["rule_id"])


def _indicators() -> None:
    op.create_table(
        "indicator",
        sa.Column("id", sa.String(24), nullable=False),
        sa.Column("stix_id", sa.String(60), nullable=False),
        sa.Column("modified", _MOMENT, nullable=False),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("pattern", sa.Text, nullable=False),
        sa.Column("pattern_type", sa.String(40), nullable=False),
        sa.Column("source", sa.String(120), nullable=False),
        sa.Column("marking", sa.String(10), nullable=False),
        sa.Column("tlp", sa.String(16), nullable=False),
        sa.Column("confidence", sa.Integer),
        sa.Column("valid_from", _MOMENT, nullable=False),
        sa.Column("valid_until", _MOMENT, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("received_at", _MOMENT, nullable=False),
        sa.Column("changed_at", _MOMENT, nullable=False),
        sa.Column("hunted_at", _MOMENT),
        sa.Column("hits", sa.Integer, nullable=False),
        sa.Column("last_hit", _MOMENT),
        sa.Column("body", sa.JSON, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_indicator"),
        sa.UniqueConstraint("stix_id", name="uq_indicator_stix_id"),
    )
    for name in ("source", "valid_until", "state"):
        op.create_index(f"ix_indicator_{name}", "indicator", [name])
    op.create_index("ix_indicator_state_hunted_at", "indicator", ["state", "hunted_at"])
    op.create_table(
        "indicator_value",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("indicator_id", sa.String(24), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("value", sa.String(500), nullable=False),
        sa.ForeignKeyConstraint(["indicator_id"], ["indicator.id"], name="fk_indicator_value_indicator_id"),
        sa.PrimaryKeyConstraint("id", name="pk_indicator_value"),
        sa.UniqueConstraint("indicator_id", "kind", "value", name="uq_indicator_value_indicator_id"),
    )
    op.create_index("ix_indicator_value_value", "indicator_value", ["value"])
    op.create_table(
        "watchlist",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_watchlist"),
    )


def _collections() -> None:
    op.create_table(
        "taxii_collection",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("last_added", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_taxii_collection"),
    )
    op.create_table(
        "taxii_object",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("collection", sa.String(36), nullable=False),
        sa.Column("stix_id", sa.String(120), nullable=False),
        sa.Column("version", sa.String(32), nullable=False),
        sa.Column("type", sa.String(60), nullable=False),
        sa.Column("spec_version", sa.String(10), nullable=False),
        sa.Column("marking", sa.String(10), nullable=False),
        sa.Column("added_at", _MOMENT, nullable=False),
        sa.Column("source", sa.String(120), nullable=False),
        sa.Column("body", sa.JSON, nullable=False),
        sa.ForeignKeyConstraint(["collection"], ["taxii_collection.id"], name="fk_taxii_object_collection"),
        sa.PrimaryKeyConstraint("id", name="pk_taxii_object"),
        sa.UniqueConstraint("collection", "stix_id", "version", name="uq_taxii_object_collection"),
        sa.UniqueConstraint("collection", "added_at", name="uq_taxii_object_added_at"),
    )
    op.create_index("ix_taxii_object_stix_id", "taxii_object", ["stix_id"])


def _peers() -> None:
    op.create_table(
        "taxii_peer",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("marking", sa.String(10), nullable=False),
        sa.Column("may_add", sa.Boolean, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("created_by", sa.String(60), nullable=False),
        sa.Column("last_seen", _MOMENT),
        sa.PrimaryKeyConstraint("name", name="pk_taxii_peer"),
        sa.UniqueConstraint("token_hash", name="uq_taxii_peer_token_hash"),
    )
    op.create_table(
        "taxii_status",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("peer", sa.String(40), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("body", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_taxii_status"),
    )
    op.create_table(
        "taxii_feed",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("direction", sa.String(8), nullable=False),
        sa.Column("url", sa.String(400), nullable=False),
        sa.Column("secret", sa.String(80)),
        sa.Column("marking", sa.String(10), nullable=False),
        sa.Column("every_minutes", sa.Integer, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("added_after", sa.String(40)),
        sa.Column("next_at", _MOMENT, nullable=False),
        sa.Column("last_at", _MOMENT),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("error", sa.Text),
        sa.PrimaryKeyConstraint("name", name="pk_taxii_feed"),
    )
    op.create_index("ix_taxii_feed_next_at", "taxii_feed", ["next_at"])


def _shares() -> None:
    op.create_table(
        "intel_share",
        sa.Column("id", sa.String(24), nullable=False),
        sa.Column("target", sa.String(12), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("marking", sa.String(10), nullable=False),
        sa.Column("filter", sa.JSON, nullable=False),
        sa.Column("bundle", sa.JSON, nullable=False),
        sa.Column("left_out", sa.JSON, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("proposed_by", sa.String(60), nullable=False),
        sa.Column("proposed_at", _MOMENT, nullable=False),
        sa.Column("decided_by", sa.String(60)),
        sa.Column("decided_at", _MOMENT),
        sa.Column("decision", sa.Text),
        sa.Column("county", sa.String(6)),
        sa.Column("unit_id", sa.String(40)),
        sa.Column("message_id", sa.String(60)),
        sa.Column("exercise_id", sa.Integer),
        sa.Column("version", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(["exercise_id"], ["exercise.id"], name="fk_intel_share_exercise_id"),
        sa.PrimaryKeyConstraint("id", name="pk_intel_share"),
    )
    for name in ("state", "county", "unit_id"):
        op.create_index(f"ix_intel_share_{name}", "intel_share", [name])
    op.create_table(
        "intel_share_item",
        sa.Column("share_id", sa.String(24), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("ref", sa.String(24), nullable=False),
        sa.ForeignKeyConstraint(["share_id"], ["intel_share.id"], name="fk_intel_share_item_share_id"),
        sa.PrimaryKeyConstraint("share_id", "kind", "ref", name="pk_intel_share_item"),
    )
    op.create_index("ix_intel_share_item_ref", "intel_share_item", ["ref"])


def downgrade() -> None:
    """Forget them."""
    op.drop_index("ix_alert_rule_id", "alert")
    for name in (
        *("intel_share_item", "intel_share", "taxii_feed", "taxii_status", "taxii_peer", "taxii_object"),
        *("taxii_collection", "watchlist", "indicator_value", "indicator"),
    ):
        op.drop_table(name)
