"""The tables of records that analytics keeps, and how the database is opened. Events live in the event store."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Engine,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    create_engine,
    event,
)

METADATA: Final = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC moments in every database; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


# --- inventory -------------------------------------------------------------------------------------------------------

UNIT: Final = Table(
    "unit",
    METADATA,
    Column("id", String(40), primary_key=True),
    Column("name", String(120), nullable=False),
    Column("county", String(6), nullable=False, index=True),
    Column("kind", String(20), nullable=False),
    Column("parent_id", String(40), ForeignKey("unit.id")),
    Column("phone", String(40)),
)
SITE: Final = Table(
    "site",
    METADATA,
    Column("id", String(40), primary_key=True),
    Column("unit_id", String(40), ForeignKey("unit.id"), nullable=False, index=True),
    Column("name", String(120), nullable=False),
    Column("url", String(400), nullable=False),
    Column("hosts", JSON, nullable=False),
    Column("addresses", JSON, nullable=False),
    Column("ports", JSON, nullable=False),
    # 省级 地市级 县级 部门: rank of a portal, for the grading table
    Column("rank", String(20), nullable=False),
    Column("protection_level", Integer),
    Column("is_cii", Boolean, nullable=False),
    Column("site_code", String(12)),
    Column("icp", String(40)),
    Column("active", Boolean, nullable=False),
)
CONTACT: Final = Table(
    "contact",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("unit_id", String(40), ForeignKey("unit.id"), nullable=False, index=True),
    Column("name", String(60), nullable=False),
    Column("duty", String(60)),
    Column("phone", String(40)),
    Column("email", String(120)),
)
AUTHORISATION: Final = Table(
    "authorisation",
    METADATA,
    Column("id", String(60), primary_key=True),
    Column("site_id", String(40), ForeignKey("site.id"), nullable=False, index=True),
    Column("document", String(200), nullable=False),
    Column("level", Integer, nullable=False),
    Column("valid_from", UtcDateTime, nullable=False),
    Column("valid_until", UtcDateTime, nullable=False),
)
# Networks that are ours; `shared` ones (gateways, proxies, NAT) never join two alerts into one incident.
NETWORK: Final = Table(
    "network",
    METADATA,
    Column("cidr", String(50), primary_key=True),
    Column("name", String(120), nullable=False),
    Column("shared", Boolean, nullable=False),
)

# --- intake ----------------------------------------------------------------------------------------------------------

SENSOR: Final = Table(
    "sensor",
    METADATA,
    Column("name", String(32), primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("token_hash", String(64)),
    Column("last_seen", UtcDateTime),
    Column("last_sequence", BigInteger),
    Column("last_event", UtcDateTime),
    Column("counters", JSON, nullable=False),
)
SEGMENT: Final = Table(
    "segment",
    METADATA,
    Column("id", String(48), primary_key=True),
    Column("sensor", String(32), nullable=False, index=True),
    Column("dataset", String(20), nullable=False),
    Column("rows", Integer, nullable=False),
    Column("first_at", UtcDateTime),
    Column("last_at", UtcDateTime),
    Column("done_at", UtcDateTime, nullable=False, index=True),
)
QUARANTINE: Final = Table(
    "quarantine",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("name", String(120), nullable=False),
    Column("reason", Text, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    UniqueConstraint("name", "at"),
)
# Hits of rules that a correlation counts; kept for the longest window of any correlation.
SIGMA_HIT: Final = Table(
    "sigma_hit",
    METADATA,
    Column("rule_id", String(80), primary_key=True),
    Column("event_id", String(80), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("values", JSON, nullable=False),
    Index("ix_sigma_hit_rule_at", "rule_id", "at"),
)
# Events per hour, dataset and site, counted when a segment is done: what every chart adds up.
EVENT_HOUR: Final = Table(
    "event_hour",
    METADATA,
    Column("hour", UtcDateTime, primary_key=True),
    Column("dataset", String(20), primary_key=True),
    Column("site_id", String(40), primary_key=True),
    Column("events", BigInteger, nullable=False),
)
# A learned model of one site: a JSON manifest, arrays beside it in the data folder.
MODEL: Final = Table(
    "model",
    METADATA,
    Column("id", String(80), primary_key=True),
    Column("kind", String(40), nullable=False),
    Column("site_id", String(40), nullable=False, index=True),
    Column("fitted_at", UtcDateTime, nullable=False),
    Column("state", String(20), nullable=False),
    Column("manifest", JSON, nullable=False),
)

# --- alerts, findings, incidents -------------------------------------------------------------------------------------

ALERT: Final = Table(
    "alert",
    METADATA,
    Column("id", String(24), primary_key=True),
    Column("key", String(200), nullable=False),
    Column("detector", String(40), nullable=False),
    Column("rule_id", String(80), nullable=False),
    Column("title", String(300), nullable=False),
    Column("title_en", String(300), nullable=False),
    Column("level", String(16), nullable=False),
    Column("site_id", String(40), index=True),
    Column("unit_id", String(40), index=True),
    Column("county", String(6), index=True),
    Column("entity", String(200), nullable=False),
    Column("first_seen", UtcDateTime, nullable=False),
    Column("last_seen", UtcDateTime, nullable=False),
    Column("count", Integer, nullable=False),
    Column("why", JSON, nullable=False),
    Column("events", JSON, nullable=False),
    Column("techniques", JSON, nullable=False),
    Column("stage", String(40)),
    Column("class_code", String(8)),
    Column("model_id", String(80)),
    # new, acknowledged, escalated, true, benign, false
    Column("status", String(16), nullable=False),
    Column("verdict_reason", Text),
    Column("verdict_by", String(60)),
    Column("verdict_at", UtcDateTime),
    Column("incident_id", String(16), index=True),
    Column("version", Integer, nullable=False),
    Index("ix_alert_key_last_seen", "key", "last_seen"),
    Index("ix_alert_rule_id", "rule_id"),
    Index("ix_alert_status_last_seen", "status", "last_seen"),
    Index("ix_alert_first_seen", "first_seen"),
    Index("ix_alert_status_level_county", "status", "level", "county"),
)
FINDING: Final = Table(
    "finding",
    METADATA,
    Column("id", String(24), primary_key=True),
    # one weakness of one site: site|check|location
    Column("key", String(300), nullable=False, unique=True),
    Column("site_id", String(40), nullable=False, index=True),
    Column("unit_id", String(40), index=True),
    Column("county", String(6), index=True),
    Column("check_id", String(60), nullable=False, index=True),
    Column("location", String(300), nullable=False),
    Column("title", String(300), nullable=False),
    Column("title_en", String(300), nullable=False),
    Column("severity", String(16), nullable=False),
    Column("class_code", String(8)),
    Column("state", String(20), nullable=False, index=True),
    Column("first_seen", UtcDateTime, nullable=False, index=True),
    Column("last_seen", UtcDateTime, nullable=False),
    # first of the clean observations in a row since it was last seen, and how many there were
    Column("clean_since", UtcDateTime),
    Column("clean_times", Integer, nullable=False, default=0),
    Column("times_seen", Integer, nullable=False),
    Column("addresses", JSON, nullable=False),
    Column("evidence", Text),
    Column("why", JSON, nullable=False),
    Column("events", JSON, nullable=False),
    Column("accepted_until", UtcDateTime),
    Column("incident_id", String(16), index=True),
    Column("version", Integer, nullable=False),
)
FINDING_MOVE: Final = Table(
    "finding_move",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("finding_id", String(24), ForeignKey("finding.id"), nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False),
    Column("state_from", String(20), nullable=False),
    Column("state_to", String(20), nullable=False),
    Column("by", String(60), nullable=False),
    Column("reason", Text, nullable=False),
)
# A check of a finding ordered by a person, to be answered by a probe: only its own answer counts.
RETEST: Final = Table(
    "retest",
    METADATA,
    Column("id", String(24), primary_key=True),
    Column("finding_id", String(24), ForeignKey("finding.id"), nullable=False, index=True),
    # what it was ordered for, such as a notice's id
    Column("ref", String(80), nullable=False, index=True),
    Column("site_id", String(40), nullable=False),
    Column("check_id", String(60), nullable=False),
    Column("location", String(300), nullable=False),
    Column("ordered_by", String(60), nullable=False),
    Column("ordered_at", UtcDateTime, nullable=False),
    # ordered, sent (lies where the probe takes it), answered, void
    Column("state", String(20), nullable=False, index=True),
    Column("sent_at", UtcDateTime),
    Column("answered_at", UtcDateTime),
    # clean, present, unknown
    Column("answer", String(20)),
    Column("reason", Text),
    Column("events", JSON, nullable=False),
    # whatever was ordered has taken the answer in
    Column("settled_at", UtcDateTime),
    Column("exercise_id", Integer),
)
INCIDENT: Final = Table(
    "incident",
    METADATA,
    Column("id", String(16), primary_key=True),
    Column("title", String(300), nullable=False),
    Column("title_en", String(300), nullable=False),
    Column("site_id", String(40), index=True),
    Column("unit_id", String(40), index=True),
    Column("county", String(6), index=True),
    Column("state", String(20), nullable=False, index=True),
    Column("class_code", String(8)),
    # Ⅰ特别重大 … Ⅳ一般 as 1 … 4; proposed by the engine with its matched rows, confirmed by a person
    Column("level_proposed", Integer),
    Column("level_confirmed", Integer),
    Column("grading", JSON, nullable=False),
    Column("entities", JSON, nullable=False),
    Column("stages", JSON, nullable=False),
    Column("occurred_at", UtcDateTime, nullable=False),
    Column("detected_at", UtcDateTime, nullable=False, index=True),
    Column("last_seen", UtcDateTime, nullable=False),
    Column("confirmed_at", UtcDateTime),
    Column("closed_at", UtcDateTime),
    Column("owner", String(60)),
    Column("version", Integer, nullable=False),
)
INCIDENT_MEMBER: Final = Table(
    "incident_member",
    METADATA,
    Column("incident_id", String(16), ForeignKey("incident.id"), primary_key=True),
    Column("kind", String(10), primary_key=True),
    Column("member_id", String(24), primary_key=True),
    Column("joined_at", UtcDateTime, nullable=False),
    Column("why", Text, nullable=False),
)
# One append-only timeline: `at` is when it happened, `recorded_at` when we wrote it.
INCIDENT_ENTRY: Final = Table(
    "incident_entry",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("incident_id", String(16), ForeignKey("incident.id"), nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False),
    Column("recorded_at", UtcDateTime, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("text", Text, nullable=False),
    Column("text_en", Text, nullable=False),
    Column("by", String(60), nullable=False),
    Column("ref", String(80)),
)
# --- posture ---------------------------------------------------------------------------------------------------------

# A site's day by China's clock: visits of its home page, and what was open on it at its end.
SITE_DAY: Final = Table(
    "site_day",
    METADATA,
    Column("site_id", String(40), primary_key=True),
    Column("day", String(10), primary_key=True, index=True),
    Column("visits", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
    Column("findings", Integer, nullable=False),
    Column("alerts", Integer, nullable=False),
    Column("incidents", Integer, nullable=False),
)
# What changed, in order: open pages poll it, whichever process wrote.
CHANGE: Final = Table(
    "change",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", UtcDateTime, nullable=False),
    Column("topic", String(20), nullable=False),
    Column("ref", String(80), nullable=False),
    Column("site_id", String(40)),
    Column("weight", Float),
    sqlite_autoincrement=True,
)


def database_url(data: Path) -> str:
    """The address of the embedded database in a data folder."""
    return f"sqlite:///{data / 'gongga.sqlite'}"


def open_database(url: str) -> Engine:
    """An engine on the records' database; SQLite gets WAL, foreign keys and a patient lock."""
    engine = create_engine(url, connect_args={"timeout": 30} if url.startswith("sqlite") else {})
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_immediately)
    return engine


def reader(engine: Engine) -> Engine:
    """The same database for statements that only read: never waits for a writer."""
    return engine.execution_options(gongga_reads=True)


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA busy_timeout=30000")
    cursor.close()


def _begin_immediately(connection: Any) -> None:
    # A transaction that reads first and writes later would fail on a busy WAL database instead of waiting.
    writes = connection.get_execution_options().get("gongga_reads") is not True
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
