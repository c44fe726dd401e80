"""Counted numbers of the big screen, attacks, machines in the hall; indexes on when things began."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

_BEGINNINGS = (
    ("ix_alert_first_seen", "alert", ["first_seen"]),
    ("ix_alert_status_level_county", "alert", ["status", "level", "county"]),
    ("ix_finding_first_seen", "finding", ["first_seen"]),
    ("ix_incident_detected_at", "incident", ["detected_at"]),
)


def upgrade() -> None:
    """Make the tables."""
    _counts()
    _attack()
    _screen()
    for name, table, columns in _BEGINNINGS:
        op.create_index(name, table, columns)


def _counts() -> None:
    op.create_table(
        "posture_count",
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("measure", sa.String(20), nullable=False),
        sa.Column("facet", sa.String(60), nullable=False),
        sa.Column("county", sa.String(6), nullable=False),
        sa.Column("n", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("hour", "measure", "facet", "county", name="pk_posture_count"),
    )
    op.create_table(
        "posture_day",
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("measure", sa.String(20), nullable=False),
        sa.Column("county", sa.String(6), nullable=False),
        sa.Column("n", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("day", "measure", "county", name="pk_posture_day"),
    )
    op.create_table(
        "posture_mark",
        sa.Column("name", sa.String(20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("change_id", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_posture_mark"),
    )


def _attack() -> None:
    op.create_table(
        "attack",
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("source", sa.String(200), nullable=False),
        sa.Column("site_id", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("unit_id", sa.String(40)),
        sa.Column("county", sa.String(6)),
        sa.Column("level", sa.String(16), nullable=False),
        sa.Column("alerts", sa.Integer, nullable=False),
        sa.Column("first_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("day", "source", "site_id", "kind", name="pk_attack"),
    )
    op.create_index("ix_attack_unit_id", "attack", ["unit_id"])
    op.create_index("ix_attack_county", "attack", ["county"])
    op.create_index("ix_attack_first_seen_kind", "attack", ["first_seen", "kind", "source", "county"])


def _screen() -> None:
    op.create_table(
        "kiosk",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("label", sa.String(60), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("address", sa.String(60), nullable=False),
        sa.Column("account_id", sa.String(24), nullable=False),
        sa.Column("masked", sa.Boolean, nullable=False),
        sa.Column("session_hash", sa.String(64)),
        sa.Column("created_by", sa.String(60), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True)),
        sa.Column("revoked_at", sa.DateTime(timezone=True)),
        sa.Column("revoked_by", sa.String(60)),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_kiosk_account_id"),
        sa.PrimaryKeyConstraint("id", name="pk_kiosk"),
        sa.UniqueConstraint("token_hash", name="uq_kiosk_token_hash"),
    )
    op.create_index("ix_kiosk_session_hash", "kiosk", ["session_hash"])
    op.create_table(
        "wall_mask",
        sa.Column("session_hash", sa.String(64), nullable=False),
        sa.Column("by", sa.String(60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("session_hash", name="pk_wall_mask"),
    )


def downgrade() -> None:
    """Forget them."""
    for name, table, _ in _BEGINNINGS:
        op.drop_index(name, table)
    for table in ("wall_mask", "kiosk", "attack", "posture_mark", "posture_day", "posture_count"):
        op.drop_table(table)
