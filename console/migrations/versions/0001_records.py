"""The records of analytics: inventory, intake, alerts, findings, incidents."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

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
    "alert",
    FIRST,
    sa.Column("id", sa.String(24), primary_key=True),
    sa.Column("key", sa.String(200), nullable=False),
    sa.Column("detector", sa.String(40), nullable=False),
    sa.Column("rule_id", sa.String(80), nullable=False),
    sa.Column("title", sa.String(300), nullable=False),
    sa.Column("title_en", sa.String(300), nullable=False),
    sa.Column("level", sa.String(16), nullable=False),
    sa.Column("site_id", sa.String(40), index=True),
    sa.Column("unit_id", sa.String(40), index=True),
    sa.Column("county", sa.String(6), index=True),
    sa.Column("entity", sa.String(200), nullable=False),
    sa.Column("first_seen", sa.DateTime(timezone=True), nullable=False),
    sa.Column("last_seen", sa.DateTime(timezone=True), nullable=False),
    sa.Column("count", sa.Integer, nullable=False),
    sa.Column("why", sa.JSON, nullable=False),
    sa.Column("events", sa.JSON, nullable=False),
    sa.Column("techniques", sa.JSON, nullable=False),
    sa.Column("stage", sa.String(40)),
    sa.Column("class_code", sa.String(8)),
    sa.Column("model_id", sa.String(80)),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("verdict_reason", sa.Text),
    sa.Column("verdict_by", sa.String(60)),
    sa.Column("verdict_at", sa.DateTime(timezone=True)),
    sa.Column("incident_id", sa.String(16), index=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("ix_alert_key_last_seen", "key", "last_seen"),
    sa.Index("ix_alert_status_last_seen", "status", "last_seen"),
)

sa.Table(
    "change",
    FIRST,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("topic", sa.String(20), nullable=False),
    sa.Column("ref", sa.String(80), nullable=False),
    sa.Column("site_id", sa.String(40)),
    sa.Column("weight", sa.Float),
    sqlite_autoincrement=True,
)

sa.Table(
    "event_hour",
    FIRST,
    sa.Column("hour", sa.DateTime(timezone=True), primary_key=True),
    sa.Column("dataset", sa.String(20), primary_key=True),
    sa.Column("site_id", sa.String(40), primary_key=True),
    sa.Column("events", sa.BigInteger, nullable=False),
)

sa.Table(
    "finding",
    FIRST,
    sa.Column("id", sa.String(24), primary_key=True),
    sa.Column("key", sa.String(300), nullable=False, unique=True),
    sa.Column("site_id", sa.String(40), nullable=False, index=True),
    sa.Column("unit_id", sa.String(40), index=True),
    sa.Column("county", sa.String(6), index=True),
    sa.Column("check_id", sa.String(60), nullable=False, index=True),
    sa.Column("location", sa.String(300), nullable=False),
    sa.Column("title", sa.String(300), nullable=False),
    sa.Column("title_en", sa.String(300), nullable=False),
    sa.Column("severity", sa.String(16), nullable=False),
    sa.Column("class_code", sa.String(8)),
    sa.Column("state", sa.String(20), nullable=False, index=True),
    sa.Column("first_seen", sa.DateTime(timezone=True), nullable=False),
    sa.Column("last_seen", sa.DateTime(timezone=True), nullable=False),
    sa.Column("clean_since", sa.DateTime(timezone=True)),
    sa.Column("clean_times", sa.Integer, nullable=False),
    sa.Column("times_seen", sa.Integer, nullable=False),
    sa.Column("addresses", sa.JSON, nullable=False),
    sa.Column("evidence", sa.Text),
    sa.Column("why", sa.JSON, nullable=False),
    sa.Column("events", sa.JSON, nullable=False),
    sa.Column("accepted_until", sa.DateTime(timezone=True)),
    sa.Column("incident_id", sa.String(16), index=True),
    sa.Column("version", sa.Integer, nullable=False),
)

sa.Table(
    "incident",
    FIRST,
    sa.Column("id", sa.String(16), primary_key=True),
    sa.Column("title", sa.String(300), nullable=False),
    sa.Column("title_en", sa.String(300), nullable=False),
    sa.Column("site_id", sa.String(40), index=True),
    sa.Column("unit_id", sa.String(40), index=True),
    sa.Column("county", sa.String(6), index=True),
    sa.Column("state", sa.String(20), nullable=False, index=True),
    sa.Column("class_code", sa.String(8)),
    sa.Column("level_proposed", sa.Integer),
    sa.Column("level_confirmed", sa.Integer),
    sa.Column("grading", sa.JSON, nullable=False),
    sa.Column("entities", sa.JSON, nullable=False),
    sa.Column("stages", sa.JSON, nullable=False),
    sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("detected_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("last_seen", sa.DateTime(timezone=True), nullable=False),
    sa.Column("confirmed_at", sa.DateTime(timezone=True)),
    sa.Column("closed_at", sa.DateTime(timezone=True)),
    sa.Column("owner", sa.String(60)),
    sa.Column("version", sa.Integer, nullable=False),
)

sa.Table(
    "model",
    FIRST,
    sa.Column("id", sa.String(80), primary_key=True),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("site_id", sa.String(40), nullable=False, index=True),
    sa.Column("fitted_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("manifest", sa.JSON, nullable=False),
)

sa.Table(
    "network",
    FIRST,
    sa.Column("cidr", sa.String(50), primary_key=True),
    sa.Column("name", sa.String(120), nullable=False),
    sa.Column("shared", sa.Boolean, nullable=False),
)

sa.Table(
    "quarantine",
    FIRST,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.String(120), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("bytes", sa.BigInteger, nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.UniqueConstraint("name", "at"),
)

sa.Table(
    "segment",
    FIRST,
    sa.Column("id", sa.String(48), primary_key=True),
    sa.Column("sensor", sa.String(32), nullable=False, index=True),
    sa.Column("dataset", sa.String(20), nullable=False),
    sa.Column("rows", sa.Integer, nullable=False),
    sa.Column("first_at", sa.DateTime(timezone=True)),
    sa.Column("last_at", sa.DateTime(timezone=True)),
    sa.Column("done_at", sa.DateTime(timezone=True), nullable=False, index=True),
)

sa.Table(
    "sensor",
    FIRST,
    sa.Column("name", sa.String(32), primary_key=True),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("token_hash", sa.String(64)),
    sa.Column("last_seen", sa.DateTime(timezone=True)),
    sa.Column("last_sequence", sa.BigInteger),
    sa.Column("last_event", sa.DateTime(timezone=True)),
    sa.Column("counters", sa.JSON, nullable=False),
)

sa.Table(
    "sigma_hit",
    FIRST,
    sa.Column("rule_id", sa.String(80), primary_key=True),
    sa.Column("event_id", sa.String(80), primary_key=True),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("values", sa.JSON, nullable=False),
    sa.Index("ix_sigma_hit_rule_at", "rule_id", "at"),
)

sa.Table(
    "unit",
    FIRST,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("name", sa.String(120), nullable=False),
    sa.Column("county", sa.String(6), nullable=False, index=True),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("parent_id", sa.String(40), sa.ForeignKey("unit.id")),
    sa.Column("phone", sa.String(40)),
)

sa.Table(
    "contact",
    FIRST,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("unit_id", sa.String(40), sa.ForeignKey("unit.id"), nullable=False, index=True),
    sa.Column("name", sa.String(60), nullable=False),
    sa.Column("duty", sa.String(60)),
    sa.Column("phone", sa.String(40)),
    sa.Column("email", sa.String(120)),
)

sa.Table(
    "finding_move",
    FIRST,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("finding_id", sa.String(24), sa.ForeignKey("finding.id"), nullable=False, index=True),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("state_from", sa.String(20), nullable=False),
    sa.Column("state_to", sa.String(20), nullable=False),
    sa.Column("by", sa.String(60), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
)

sa.Table(
    "incident_entry",
    FIRST,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("incident_id", sa.String(16), sa.ForeignKey("incident.id"), nullable=False, index=True),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("text_en", sa.Text, nullable=False),
    sa.Column("by", sa.String(60), nullable=False),
    sa.Column("ref", sa.String(80)),
)

sa.Table(
    "incident_member",
    FIRST,
    sa.Column("incident_id", sa.String(16), sa.ForeignKey("incident.id"), primary_key=True),
    sa.Column("kind", sa.String(10), primary_key=True),
    sa.Column("member_id", sa.String(24), primary_key=True),
    sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("why", sa.Text, nullable=False),
)

sa.Table(
    "site",
    FIRST,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("unit_id", sa.String(40), sa.ForeignKey("unit.id"), nullable=False, index=True),
    sa.Column("name", sa.String(120), nullable=False),
    sa.Column("url", sa.String(400), nullable=False),
    sa.Column("hosts", sa.JSON, nullable=False),
    sa.Column("addresses", sa.JSON, nullable=False),
    sa.Column("ports", sa.JSON, nullable=False),
    sa.Column("rank", sa.String(20), nullable=False),
    sa.Column("protection_level", sa.Integer),
    sa.Column("is_cii", sa.Boolean, nullable=False),
    sa.Column("site_code", sa.String(12)),
    sa.Column("icp", sa.String(40)),
    sa.Column("active", sa.Boolean, nullable=False),
)

sa.Table(
    "authorisation",
    FIRST,
    sa.Column("id", sa.String(60), primary_key=True),
    sa.Column("site_id", sa.String(40), sa.ForeignKey("site.id"), nullable=False, index=True),
    sa.Column("document", sa.String(200), nullable=False),
    sa.Column("level", sa.Integer, nullable=False),
    sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
    sa.Column("valid_until", sa.DateTime(timezone=True), nullable=False),
)


def upgrade() -> None:
    FIRST.create_all(op.get_bind())


def downgrade() -> None:
    FIRST.drop_all(op.get_bind())
