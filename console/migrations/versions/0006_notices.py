"""The tables of notices: the papers, whom they went to, what came back, and re-tests ordered of the probe."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make them."""
    _notice()
    _recipient()
    _finding()
    _entry()
    _number()
    _link()
    _file()
    _retest()


def _paper() -> list[sa.Column[Any]]:
    """What it says."""
    return [
        sa.Column("id", sa.String(24), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("pressure", sa.String(20), nullable=False),
        sa.Column("extension_state", sa.String(20), nullable=False),
        sa.Column("extension", sa.JSON, nullable=False),
        sa.Column("resume_to", sa.String(20)),
        sa.Column("number", sa.String(60)),
        sa.Column("series", sa.String(40)),
        sa.Column("year", sa.Integer),
        sa.Column("seq", sa.Integer),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("unit_id", sa.String(40)),
        sa.Column("county", sa.String(6)),
        sa.Column("site_id", sa.String(40)),
        sa.Column("incident_id", sa.String(16)),
        sa.Column("about_id", sa.String(24)),
        sa.Column("month", sa.String(7)),
        sa.Column("secrecy", sa.String(20), nullable=False),
        sa.Column("urgency", sa.String(20), nullable=False),
        sa.Column("severity", sa.String(16), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("advice", sa.Text, nullable=False),
        sa.Column("cc", sa.JSON, nullable=False),
        sa.Column("terms", sa.JSON, nullable=False),
        sa.Column("data", sa.JSON, nullable=False),
    ]


def _life() -> list[sa.Column[Any]]:
    """What became of it."""
    return [
        sa.Column("sign_by", sa.DateTime(timezone=True)),
        sa.Column("contain_by", sa.DateTime(timezone=True)),
        sa.Column("rectify_by", sa.DateTime(timezone=True)),
        sa.Column("feedback_by", sa.DateTime(timezone=True)),
        sa.Column("retest_by", sa.DateTime(timezone=True)),
        sa.Column("authors", sa.JSON, nullable=False),
        sa.Column("drafted_by", sa.String(60), nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reviewed_by", sa.String(60)),
        sa.Column("reviewed_account", sa.String(24)),
        sa.Column("reviewed_at", sa.DateTime(timezone=True)),
        sa.Column("signed_by", sa.String(60)),
        sa.Column("signed_account", sa.String(24)),
        sa.Column("signed_at", sa.DateTime(timezone=True)),
        sa.Column("issued_by", sa.String(60)),
        sa.Column("issued_at", sa.DateTime(timezone=True)),
        sa.Column("received_at", sa.DateTime(timezone=True)),
        sa.Column("feedback_at", sa.DateTime(timezone=True)),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        sa.Column("closed_reason", sa.Text),
        sa.Column("exercise_id", sa.Integer),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    ]


def _notice() -> None:
    op.create_table(
        "notice",
        *_paper(),
        *_life(),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_notice_unit_id"),
        sa.ForeignKeyConstraint(["about_id"], ["notice.id"], name="fk_notice_about_id"),
        sa.ForeignKeyConstraint(["exercise_id"], ["exercise.id"], name="fk_notice_exercise_id"),
        sa.PrimaryKeyConstraint("id", name="pk_notice"),
        sa.UniqueConstraint("number", name="uq_notice_number"),
        sa.UniqueConstraint("series", "year", "seq", name="uq_notice_series"),
    )
    for name in (
        "kind",
        "state",
        "pressure",
        "unit_id",
        "county",
        "site_id",
        "incident_id",
        "about_id",
        "month",
        "issued_at",
        "closed_at",
    ):
        op.create_index(f"ix_notice_{name}", "notice", [name])


def _recipient() -> None:
    op.create_table(
        "notice_recipient",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("notice_id", sa.String(24), nullable=False),
        sa.Column("unit_id", sa.String(40), nullable=False),
        sa.Column("county", sa.String(6), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True)),
        sa.Column("opened_at", sa.DateTime(timezone=True)),
        sa.Column("signed_at", sa.DateTime(timezone=True)),
        sa.Column("signed_name", sa.String(60)),
        sa.Column("signed_phone", sa.String(40)),
        sa.Column("reminded_at", sa.DateTime(timezone=True)),
        sa.Column("reminders", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name="fk_notice_recipient_notice_id"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_notice_recipient_unit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_notice_recipient"),
        sa.UniqueConstraint("notice_id", "unit_id", name="uq_notice_recipient_notice_id"),
    )
    op.create_index("ix_notice_recipient_unit_id", "notice_recipient", ["unit_id"])


def _finding() -> None:
    op.create_table(
        "notice_finding",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("notice_id", sa.String(24), nullable=False),
        sa.Column("finding_id", sa.String(24), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("snapshot", sa.JSON, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        sa.Column("waiver_reason", sa.Text),
        sa.Column("waiver_by", sa.String(60)),
        sa.Column("waiver_account", sa.String(24)),
        sa.Column("waiver_at", sa.DateTime(timezone=True)),
        sa.Column("waived_by", sa.String(60)),
        sa.Column("waived_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name="fk_notice_finding_notice_id"),
        sa.ForeignKeyConstraint(["finding_id"], ["finding.id"], name="fk_notice_finding_finding_id"),
        sa.PrimaryKeyConstraint("id", name="pk_notice_finding"),
        sa.UniqueConstraint("notice_id", "finding_id", name="uq_notice_finding_notice_id"),
    )
    op.create_index("ix_notice_finding_finding_id", "notice_finding", ["finding_id"])


def _entry() -> None:
    op.create_table(
        "notice_entry",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("notice_id", sa.String(24), nullable=False),
        sa.Column("unit_id", sa.String(40)),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("text_en", sa.Text, nullable=False),
        sa.Column("by", sa.String(60), nullable=False),
        sa.Column("open", sa.Boolean, nullable=False),
        sa.Column("data", sa.JSON, nullable=False),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name="fk_notice_entry_notice_id"),
        sa.PrimaryKeyConstraint("id", name="pk_notice_entry"),
    )
    op.create_index("ix_notice_entry_notice_id", "notice_entry", ["notice_id"])


def _number() -> None:
    op.create_table(
        "notice_number",
        sa.Column("series", sa.String(40), nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("last", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("series", "year", name="pk_notice_number"),
    )


def _link() -> None:
    op.create_table(
        "notice_link",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("notice_id", sa.String(24), nullable=False),
        sa.Column("unit_id", sa.String(40), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(60), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("uses", sa.Integer, nullable=False),
        sa.Column("window_at", sa.DateTime(timezone=True)),
        sa.Column("window_uses", sa.Integer, nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True)),
        sa.Column("revoked_by", sa.String(60)),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name="fk_notice_link_notice_id"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_notice_link_unit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_notice_link"),
        sa.UniqueConstraint("token_hash", name="uq_notice_link_token_hash"),
    )
    op.create_index("ix_notice_link_notice_id", "notice_link", ["notice_id"])


def _file() -> None:
    op.create_table(
        "notice_file",
        sa.Column("id", sa.String(24), nullable=False),
        sa.Column("notice_id", sa.String(24), nullable=False),
        sa.Column("unit_id", sa.String(40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(60), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("media_type", sa.String(60), nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("sm3", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name="fk_notice_file_notice_id"),
        sa.PrimaryKeyConstraint("id", name="pk_notice_file"),
    )
    op.create_index("ix_notice_file_notice_id", "notice_file", ["notice_id"])


def _retest() -> None:
    op.create_table(
        "retest",
        sa.Column("id", sa.String(24), nullable=False),
        sa.Column("finding_id", sa.String(24), nullable=False),
        sa.Column("ref", sa.String(80), nullable=False),
        sa.Column("site_id", sa.String(40), nullable=False),
        sa.Column("check_id", sa.String(60), nullable=False),
        sa.Column("location", sa.String(300), nullable=False),
        sa.Column("ordered_by", sa.String(60), nullable=False),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True)),
        sa.Column("answered_at", sa.DateTime(timezone=True)),
        sa.Column("answer", sa.String(20)),
        sa.Column("reason", sa.Text),
        sa.Column("events", sa.JSON, nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True)),
        sa.Column("exercise_id", sa.Integer),
        sa.ForeignKeyConstraint(["finding_id"], ["finding.id"], name="fk_retest_finding_id"),
        sa.PrimaryKeyConstraint("id", name="pk_retest"),
    )
    for name in ("finding_id", "ref", "state"):
        op.create_index(f"ix_retest_{name}", "retest", [name])


def downgrade() -> None:
    """Forget them."""
    for name in (
        "retest",
        "notice_file",
        "notice_link",
        "notice_number",
        "notice_entry",
        "notice_finding",
        "notice_recipient",
        "notice",
    ):
        op.drop_table(name)
