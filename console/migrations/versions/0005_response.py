"""Playbooks, their runs with a row per step execution, approvals and requests to block."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the tables."""
    _playbook()
    _run()
    _step_run()
    _step_log()
    _approval()
    _block_request()


def _playbook() -> None:
    op.create_table(
        "playbook",
        sa.Column("id", sa.String(80), nullable=False),
        sa.Column("version", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("name_en", sa.String(200), nullable=False),
        sa.Column("modified", sa.String(40), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("source", sa.String(20), nullable=False),
        sa.Column("document", sa.JSON, nullable=False),
        sa.Column("faults", sa.JSON, nullable=False),
        sa.Column("added_by", sa.String(60), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", "version", name="pk_playbook"),
        sa.UniqueConstraint("id", "sha256", name="uq_playbook_id"),
    )


def _run() -> None:
    op.create_table(
        "run",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("playbook_id", sa.String(80), nullable=False),
        sa.Column("playbook_version", sa.Integer, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("name_en", sa.String(200), nullable=False),
        sa.Column("incident_id", sa.String(16)),
        sa.Column("county", sa.String(6)),
        sa.Column("unit_id", sa.String(40)),
        sa.Column("site_id", sa.String(40)),
        sa.Column("exercise_id", sa.Integer),
        sa.Column("parent_id", sa.String(40)),
        sa.Column("parent_step", sa.Integer),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("variables", sa.JSON, nullable=False),
        sa.Column("failure", sa.Text),
        sa.Column("started_by", sa.String(60), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("wake_at", sa.DateTime(timezone=True)),
        sa.Column("version", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(["exercise_id"], ["exercise.id"], name="fk_run_exercise_id"),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name="fk_run_incident_id"),
        sa.ForeignKeyConstraint(["parent_id"], ["run.id"], name="fk_run_parent_id"),
        sa.ForeignKeyConstraint(
            ["playbook_id", "playbook_version"], ["playbook.id", "playbook.version"], name="fk_run_playbook_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_run"),
    )
    op.create_index("ix_run_county", "run", ["county"])
    op.create_index("ix_run_incident_id", "run", ["incident_id"])
    op.create_index("ix_run_parent_id", "run", ["parent_id"])
    op.create_index("ix_run_site_id", "run", ["site_id"])
    op.create_index("ix_run_state_wake_at", "run", ["state", "wake_at"])
    op.create_index("ix_run_unit_id", "run", ["unit_id"])


def _step_run() -> None:
    op.create_table(
        "step_run",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("run_id", sa.String(40), nullable=False),
        sa.Column("step", sa.String(120), nullable=False),
        sa.Column("visit", sa.Integer, nullable=False),
        sa.Column("type", sa.String(20), nullable=False),
        sa.Column("parent_id", sa.Integer),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("command", sa.Integer, nullable=False),
        sa.Column("branches", sa.Integer, nullable=False),
        sa.Column("failed_branches", sa.Integer, nullable=False),
        sa.Column("rounds", sa.Integer, nullable=False),
        sa.Column("values", sa.JSON, nullable=False),
        sa.Column("role", sa.String(20)),
        sa.Column("slot", sa.String(80)),
        sa.Column("holder", sa.String(60)),
        sa.Column("due", sa.DateTime(timezone=True)),
        sa.Column("expires", sa.DateTime(timezone=True)),
        sa.Column("next_at", sa.DateTime(timezone=True)),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True)),
        sa.Column("note", sa.Text),
        sa.Column("done_by", sa.String(60)),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["parent_id"], ["step_run.id"], name="fk_step_run_parent_id"),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name="fk_step_run_run_id"),
        sa.PrimaryKeyConstraint("id", name="pk_step_run"),
        sa.UniqueConstraint("run_id", "step", "visit", name="uq_step_run_run_id"),
    )
    op.create_index("ix_step_run_run_id", "step_run", ["run_id"])
    op.create_index("ix_step_run_state", "step_run", ["state"])


def _step_log() -> None:
    op.create_table(
        "step_log",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("run_id", sa.String(40), nullable=False),
        sa.Column("step", sa.String(120), nullable=False),
        sa.Column("visit", sa.Integer, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state_from", sa.String(20)),
        sa.Column("state_to", sa.String(20), nullable=False),
        sa.Column("by", sa.String(60), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name="fk_step_log_run_id"),
        sa.PrimaryKeyConstraint("id", name="pk_step_log"),
    )
    op.create_index("ix_step_log_run_id", "step_log", ["run_id"])


def _approval() -> None:
    op.create_table(
        "approval",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("step_run_id", sa.Integer, nullable=False),
        sa.Column("account_id", sa.String(40), nullable=False),
        sa.Column("login", sa.String(60), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("approve", sa.Boolean, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["step_run_id"], ["step_run.id"], name="fk_approval_step_run_id"),
        sa.PrimaryKeyConstraint("id", name="pk_approval"),
        sa.UniqueConstraint("step_run_id", "account_id", name="uq_approval_step_run_id"),
    )


def _block_request() -> None:
    op.create_table(
        "block_request",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("key", sa.String(120), nullable=False),
        sa.Column("run_id", sa.String(40), nullable=False),
        sa.Column("incident_id", sa.String(16)),
        sa.Column("county", sa.String(6)),
        sa.Column("unit_id", sa.String(40)),
        sa.Column("site_id", sa.String(40)),
        sa.Column("exercise_id", sa.Integer),
        sa.Column("address", sa.String(200), nullable=False),
        sa.Column("slot", sa.String(80), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("asked_by", sa.String(60), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["exercise_id"], ["exercise.id"], name="fk_block_request_exercise_id"),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name="fk_block_request_incident_id"),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name="fk_block_request_run_id"),
        sa.PrimaryKeyConstraint("id", name="pk_block_request"),
        sa.UniqueConstraint("key", name="uq_block_request_key"),
    )
    op.create_index("ix_block_request_county", "block_request", ["county"])
    op.create_index("ix_block_request_incident_id", "block_request", ["incident_id"])
    op.create_index("ix_block_request_run_id", "block_request", ["run_id"])
    op.create_index("ix_block_request_unit_id", "block_request", ["unit_id"])


def downgrade() -> None:
    """Forget them."""
    for name in ("block_request", "approval", "step_log", "step_run", "run", "playbook"):
        op.drop_table(name)
