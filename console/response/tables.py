"""The tables of playbooks and their runs: a row per step execution, so that a run goes on wherever it was cut."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from analytics.db import METADATA, UtcDateTime

# Every version of every playbook, as it came; a run names the version it was started from.
PLAYBOOK: Final = Table(
    "playbook",
    METADATA,
    Column("id", String(80), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("name", String(200), nullable=False),
    Column("name_en", String(200), nullable=False),
    Column("modified", String(40), nullable=False),
    Column("sha256", String(64), nullable=False),
    # `shipped` with Gongga or `imported` here
    Column("source", String(20), nullable=False),
    Column("document", JSON, nullable=False),
    Column("faults", JSON, nullable=False),
    Column("added_by", String(60), nullable=False),
    Column("added_at", UtcDateTime, nullable=False),
    UniqueConstraint("id", "sha256"),
)
RUN: Final = Table(
    "run",
    METADATA,
    Column("id", String(40), primary_key=True),
    Column("playbook_id", String(80), nullable=False),
    Column("playbook_version", Integer, nullable=False),
    Column("name", String(200), nullable=False),
    Column("name_en", String(200), nullable=False),
    Column("incident_id", String(16), ForeignKey("incident.id"), index=True),
    Column("county", String(6), index=True),
    Column("unit_id", String(40), index=True),
    Column("site_id", String(40), index=True),
    Column("exercise_id", Integer, ForeignKey("exercise.id")),
    # the step of another run that waits for this one
    Column("parent_id", String(40), ForeignKey("run.id"), index=True),
    Column("parent_step", Integer),
    # running, succeeded, failed, cancelled
    Column("state", String(20), nullable=False),
    Column("variables", JSON, nullable=False),
    # why it failed, while its exception step still runs
    Column("failure", Text),
    Column("started_by", String(60), nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    # when the clerk looks at it next; none when only a person can carry it on
    Column("wake_at", UtcDateTime),
    Column("version", Integer, nullable=False),
    ForeignKeyConstraint(["playbook_id", "playbook_version"], ["playbook.id", "playbook.version"]),
    Index("ix_run_state_wake_at", "state", "wake_at"),
)
STEP_RUN: Final = Table(
    "step_run",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("run_id", String(40), ForeignKey("run.id"), nullable=False, index=True),
    Column("step", String(120), nullable=False),
    # counts how often the run came here
    Column("visit", Integer, nullable=False),
    Column("type", String(20), nullable=False),
    # the step execution whose branch this is in; none for the main path
    Column("parent_id", Integer, ForeignKey("step_run.id")),
    # delayed, ready, waiting (a person), calling (another server), nested (another run), open (branches),
    # done, failed, cancelled
    Column("state", String(20), nullable=False, index=True),
    # which of the step's commands is next
    Column("command", Integer, nullable=False),
    # of a step with branches: how many are open, how many failed, how often a while went round
    Column("branches", Integer, nullable=False),
    Column("failed_branches", Integer, nullable=False),
    Column("rounds", Integer, nullable=False),
    Column("values", JSON, nullable=False),
    # who may do it, who took it, until when it should be done, when it counts as failed
    Column("role", String(20)),
    Column("slot", String(80)),
    Column("holder", String(60)),
    Column("due", UtcDateTime),
    Column("expires", UtcDateTime),
    Column("next_at", UtcDateTime),
    # of a call: how often it was tried, and the lease of who tries it
    Column("attempts", Integer, nullable=False),
    Column("leased_until", UtcDateTime),
    Column("note", Text),
    Column("done_by", String(60)),
    Column("started_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    UniqueConstraint("run_id", "step", "visit"),
)
# Every change of a step execution's state, in order.
STEP_LOG: Final = Table(
    "step_log",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("run_id", String(40), ForeignKey("run.id"), nullable=False, index=True),
    Column("step", String(120), nullable=False),
    Column("visit", Integer, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("state_from", String(20)),
    Column("state_to", String(20), nullable=False),
    Column("by", String(60), nullable=False),
    Column("note", Text, nullable=False),
)
APPROVAL: Final = Table(
    "approval",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("step_run_id", Integer, ForeignKey("step_run.id"), nullable=False),
    Column("account_id", String(40), nullable=False),
    Column("login", String(60), nullable=False),
    Column("role", String(20), nullable=False),
    Column("approve", Boolean, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    # one voice a person, whatever their roles
    UniqueConstraint("step_run_id", "account_id"),
)
# What a unit is asked to block at its own border; the desk itself blocks nothing.
BLOCK_REQUEST: Final = Table(
    "block_request",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("key", String(120), nullable=False, unique=True),
    Column("run_id", String(40), ForeignKey("run.id"), nullable=False, index=True),
    Column("incident_id", String(16), ForeignKey("incident.id"), index=True),
    Column("county", String(6), index=True),
    Column("unit_id", String(40), index=True),
    Column("site_id", String(40)),
    Column("exercise_id", Integer, ForeignKey("exercise.id")),
    Column("address", String(200), nullable=False),
    Column("slot", String(80), nullable=False),
    Column("reason", Text, nullable=False),
    Column("asked_by", String(60), nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
)
