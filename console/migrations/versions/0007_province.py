"""The link with the province: what goes out and comes in, receipts, reports, instructions, reconciliation."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the tables."""
    _link_state()
    _outbox()
    _inbox()
    _receipt()
    _report()
    _report_release()
    _instruction()
    _instruction_step()
    _reconciliation()


def _link_state() -> None:
    op.create_table(
        "link_state",
        sa.Column("peer", sa.String(60), nullable=False),
        sa.Column("us", sa.String(60), nullable=False),
        sa.Column("transport", sa.String(20), nullable=False),
        sa.Column("marking", sa.String(20), nullable=False),
        sa.Column("is_exercise", sa.Boolean, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("seq_out", sa.Integer, nullable=False),
        sa.Column("seq_in", sa.Integer, nullable=False),
        sa.Column("clock_skew", sa.Float),
        sa.Column("last_sent_at", sa.DateTime(timezone=True)),
        sa.Column("last_receipt_at", sa.DateTime(timezone=True)),
        sa.Column("last_heard_at", sa.DateTime(timezone=True)),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True)),
        sa.Column("error", sa.Text),
        sa.Column("lease_by", sa.String(80)),
        sa.Column("lease_until", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("peer", name="pk_link_state"),
    )


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("message_id", sa.String(36), nullable=False),
        sa.Column("peer", sa.String(60)),
        sa.Column("seq", sa.Integer),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("ref", sa.String(120), nullable=False),
        sa.Column("body", sa.JSON, nullable=False),
        sa.Column("marking", sa.String(20), nullable=False),
        sa.Column("exercise_id", sa.Integer),
        sa.Column("for_exercise", sa.Boolean, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True)),
        sa.Column("sent_at", sa.DateTime(timezone=True)),
        sa.Column("stored_at", sa.DateTime(timezone=True)),
        sa.Column("settled_at", sa.DateTime(timezone=True)),
        sa.Column("envelope", sa.Text),
        sa.Column("digest", sa.String(64)),
        sa.ForeignKeyConstraint(["exercise_id"], ["exercise.id"], name="fk_outbox_exercise_id"),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.UniqueConstraint("message_id", name="uq_outbox_message_id"),
        sa.UniqueConstraint("peer", "seq", name="uq_outbox_peer"),
    )
    for name in ("peer", "kind", "ref", "state", "sealed_at"):
        op.create_index(f"ix_outbox_{name}", "outbox", [name])


def _inbox() -> None:
    op.create_table(
        "inbox",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("message_id", sa.String(36), nullable=False),
        sa.Column("peer", sa.String(60), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("nonce", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("marking", sa.String(20), nullable=False),
        sa.Column("exercise", sa.Boolean, nullable=False),
        sa.Column("exercise_id", sa.Integer),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("body", sa.JSON, nullable=False),
        sa.Column("wire", sa.Text, nullable=False),
        sa.Column("transport", sa.String(20), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handled_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["exercise_id"], ["exercise.id"], name="fk_inbox_exercise_id"),
        sa.PrimaryKeyConstraint("id", name="pk_inbox"),
        sa.UniqueConstraint("nonce", "peer", name="uq_inbox_nonce"),
        sa.UniqueConstraint("peer", "message_id", name="uq_inbox_peer"),
        sa.UniqueConstraint("seq", "peer", name="uq_inbox_seq"),
    )
    for name in ("message_id", "kind", "state", "issued_at"):
        op.create_index(f"ix_inbox_{name}", "inbox", [name])


def _receipt() -> None:
    op.create_table(
        "receipt",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("message_id", sa.String(36), nullable=False),
        sa.Column("peer", sa.String(60), nullable=False),
        sa.Column("direction", sa.String(10), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("result", sa.String(20), nullable=False),
        sa.Column("receipt_no", sa.String(80)),
        sa.Column("reason", sa.Text),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_receipt"),
        sa.UniqueConstraint("message_id", "peer", "direction", "kind", name="uq_receipt_message_id"),
    )
    op.create_index("ix_receipt_message_id", "receipt", ["message_id"])


def _report() -> None:
    op.create_table(
        "report",
        sa.Column("id", sa.String(24), nullable=False),
        sa.Column("incident_id", sa.String(16), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("items", sa.JSON, nullable=False),
        sa.Column("marking", sa.String(20), nullable=False),
        sa.Column("drafted_by", sa.String(60), nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True)),
        sa.Column("message_id", sa.String(36)),
        sa.Column("receipt_no", sa.String(80)),
        sa.Column("reason", sa.Text),
        sa.Column("previous_id", sa.String(24)),
        sa.Column("exercise_id", sa.Integer),
        sa.Column("county", sa.String(6)),
        sa.Column("unit_id", sa.String(40)),
        sa.Column("version", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name="fk_report_incident_id"),
        sa.ForeignKeyConstraint(["exercise_id"], ["exercise.id"], name="fk_report_exercise_id"),
        sa.PrimaryKeyConstraint("id", name="pk_report"),
    )
    for name in ("incident_id", "state", "message_id", "county", "unit_id"):
        op.create_index(f"ix_report_{name}", "report", [name])


def _report_release() -> None:
    op.create_table(
        "report_release",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("report_id", sa.String(24), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("by", sa.String(60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name="fk_report_release_report_id"),
        sa.PrimaryKeyConstraint("id", name="pk_report_release"),
        sa.UniqueConstraint("report_id", "version", "by", name="uq_report_release_report_id"),
    )
    op.create_index("ix_report_release_report_id", "report_release", ["report_id"])


def _instruction() -> None:
    op.create_table(
        "instruction",
        sa.Column("id", sa.String(24), nullable=False),
        sa.Column("message_id", sa.String(36), nullable=False),
        sa.Column("peer", sa.String(60), nullable=False),
        sa.Column("number", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("urgency", sa.String(20), nullable=False),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("targets", sa.JSON, nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_sign", sa.DateTime(timezone=True)),
        sa.Column("due_feedback", sa.DateTime(timezone=True)),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("incident_id", sa.String(16)),
        sa.Column("notice_id", sa.String(40)),
        sa.Column("unit_id", sa.String(40)),
        sa.Column("county", sa.String(6)),
        sa.Column("marking", sa.String(20), nullable=False),
        sa.Column("exercise_id", sa.Integer),
        sa.Column("version", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name="fk_instruction_incident_id"),
        sa.ForeignKeyConstraint(["exercise_id"], ["exercise.id"], name="fk_instruction_exercise_id"),
        sa.PrimaryKeyConstraint("id", name="pk_instruction"),
        sa.UniqueConstraint("message_id", name="uq_instruction_message_id"),
        sa.UniqueConstraint("peer", "number", name="uq_instruction_peer"),
    )
    for name in ("state", "incident_id", "notice_id", "unit_id", "county"):
        op.create_index(f"ix_instruction_{name}", "instruction", [name])


def _instruction_step() -> None:
    op.create_table(
        "instruction_step",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("instruction_id", sa.String(24), nullable=False),
        sa.Column("state_from", sa.String(20), nullable=False),
        sa.Column("state_to", sa.String(20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(60), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("unit_id", sa.String(40)),
        sa.Column("message_id", sa.String(36), nullable=False),
        sa.ForeignKeyConstraint(["instruction_id"], ["instruction.id"], name="fk_instruction_step_instruction_id"),
        sa.PrimaryKeyConstraint("id", name="pk_instruction_step"),
    )
    op.create_index("ix_instruction_step_instruction_id", "instruction_step", ["instruction_id"])


def _reconciliation() -> None:
    op.create_table(
        "reconciliation",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("peer", sa.String(60), nullable=False),
        sa.Column("direction", sa.String(10), nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("last_seq", sa.Integer, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("their_count", sa.Integer),
        sa.Column("their_last_seq", sa.Integer),
        sa.Column("their_digest", sa.String(64)),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("difference", sa.JSON),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_reconciliation"),
        sa.UniqueConstraint("day", "peer", "direction", name="uq_reconciliation_day"),
    )


def downgrade() -> None:
    """Forget them."""
    for name in (
        "reconciliation",
        "instruction_step",
        "instruction",
        "report_release",
        "report",
        "receipt",
        "inbox",
        "outbox",
        "link_state",
    ):
        op.drop_table(name)
