"""The tables of notices. A notice's life is written down for each recipient in a timeline that only grows."""

from __future__ import annotations

from typing import Final

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Integer, String, Table, Text, UniqueConstraint

from analytics.db import METADATA, UtcDateTime

NOTICE: Final = Table(
    "notice",
    METADATA,
    Column("id", String(24), primary_key=True),
    # a key of playbooks/notices/kinds.yml: tip, hazard, order, supervise, monthly
    Column("kind", String(20), nullable=False, index=True),
    # where it stands, as console/notices/lifecycle.py knows it
    Column("state", String(20), nullable=False, index=True),
    # none, overdue, urged, supervised, escalated: how hard the office presses
    Column("pressure", String(20), nullable=False, index=True),
    # none, requested, granted, refused; what was asked stands in `extension`
    Column("extension_state", String(20), nullable=False),
    Column("extension", JSON, nullable=False),
    # where a suspended notice goes on
    Column("resume_to", String(20)),
    # given at issue and never again: text, and the place in its series
    Column("number", String(60), unique=True),
    Column("series", String(40)),
    Column("year", Integer),
    Column("seq", Integer),
    Column("title", String(300), nullable=False),
    # None for a circular to many units: NOTICE_RECIPIENT names them
    Column("unit_id", String(40), ForeignKey("unit.id"), index=True),
    Column("county", String(6), index=True),
    Column("site_id", String(40), index=True),
    Column("incident_id", String(16), index=True),
    # the notice that a 督办函 presses
    Column("about_id", String(24), ForeignKey("notice.id"), index=True),
    # `2026-11` of a monthly one
    Column("month", String(7), index=True),
    Column("secrecy", String(20), nullable=False),
    Column("urgency", String(20), nullable=False),
    # the gravest of what it is about: event, critical, high, medium, low
    Column("severity", String(16), nullable=False),
    # what it says, one paragraph a line, as console/papers reads it
    Column("text", Text, nullable=False),
    Column("advice", Text, nullable=False),
    Column("cc", JSON, nullable=False),
    # {"sign": {"amount": 4, "unit": "working_hours"}, "rectify": …}: turned into moments at issue
    Column("terms", JSON, nullable=False),
    # what figures rest on: whatever the drafting wrote down for its documents
    Column("data", JSON, nullable=False),
    Column("sign_by", UtcDateTime),
    Column("contain_by", UtcDateTime),
    Column("rectify_by", UtcDateTime),
    Column("feedback_by", UtcDateTime),
    Column("retest_by", UtcDateTime),
    # people by their log-in, and account ids of everybody who wrote any of it
    Column("authors", JSON, nullable=False),
    Column("drafted_by", String(60), nullable=False),
    Column("drafted_at", UtcDateTime, nullable=False),
    Column("reviewed_by", String(60)),
    Column("reviewed_account", String(24)),
    Column("reviewed_at", UtcDateTime),
    Column("signed_by", String(60)),
    Column("signed_account", String(24)),
    Column("signed_at", UtcDateTime),
    Column("issued_by", String(60)),
    Column("issued_at", UtcDateTime, index=True),
    Column("received_at", UtcDateTime),
    Column("feedback_at", UtcDateTime),
    Column("closed_at", UtcDateTime, index=True),
    Column("closed_reason", Text),
    Column("exercise_id", Integer, ForeignKey("exercise.id")),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("version", Integer, nullable=False),
    UniqueConstraint("series", "year", "seq"),
)
# Whom it goes to, and what each of them did.
NOTICE_RECIPIENT: Final = Table(
    "notice_recipient",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("notice_id", String(24), ForeignKey("notice.id"), nullable=False),
    Column("unit_id", String(40), ForeignKey("unit.id"), nullable=False, index=True),
    Column("county", String(6), nullable=False),
    Column("sent_at", UtcDateTime),
    Column("opened_at", UtcDateTime),
    Column("signed_at", UtcDateTime),
    Column("signed_name", String(60)),
    Column("signed_phone", String(40)),
    Column("reminded_at", UtcDateTime),
    Column("reminders", Integer, nullable=False),
    UniqueConstraint("notice_id", "unit_id"),
)
NOTICE_FINDING: Final = Table(
    "notice_finding",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("notice_id", String(24), ForeignKey("notice.id"), nullable=False),
    Column("finding_id", String(24), ForeignKey("finding.id"), nullable=False, index=True),
    Column("position", Integer, nullable=False),
    # the finding as it was when it was noticed: what the paper says of it
    Column("snapshot", JSON, nullable=False),
    # open, closed by its re-test, waived by two people
    Column("state", String(20), nullable=False),
    Column("closed_at", UtcDateTime),
    Column("waiver_reason", Text),
    Column("waiver_by", String(60)),
    Column("waiver_account", String(24)),
    Column("waiver_at", UtcDateTime),
    Column("waived_by", String(60)),
    Column("waived_at", UtcDateTime),
    UniqueConstraint("notice_id", "finding_id"),
)
# The timeline: drafted … sent, opened, signed, asked, fed back, re-tested, returned, reminded, closed.
NOTICE_ENTRY: Final = Table(
    "notice_entry",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("notice_id", String(24), ForeignKey("notice.id"), nullable=False, index=True),
    # whose timeline; None is everybody's
    Column("unit_id", String(40)),
    Column("at", UtcDateTime, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("text", Text, nullable=False),
    Column("text_en", Text, nullable=False),
    Column("by", String(60), nullable=False),
    # shown to the unit as well
    Column("open", Boolean, nullable=False),
    Column("data", JSON, nullable=False),
)
# The last number given in each series and year; its row is the lock of the series.
NOTICE_NUMBER: Final = Table(
    "notice_number",
    METADATA,
    Column("series", String(40), primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("last", Integer, nullable=False),
)
# A one-time link: who holds the token may act for the unit on this notice and nothing else.
NOTICE_LINK: Final = Table(
    "notice_link",
    METADATA,
    Column("id", Integer, primary_key=True),
    # SHA-256 of the token: who reads the table cannot use what it holds
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("notice_id", String(24), ForeignKey("notice.id"), nullable=False, index=True),
    Column("unit_id", String(40), ForeignKey("unit.id"), nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("made_by", String(60), nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("uses", Integer, nullable=False),
    # how often it was used since `window_at`: more than a person does is refused for a while
    Column("window_at", UtcDateTime),
    Column("window_uses", Integer, nullable=False),
    Column("revoked_at", UtcDateTime),
    Column("revoked_by", String(60)),
)
# Proof that a unit handed in; the bytes lie in the data folder under their SHA-256.
NOTICE_FILE: Final = Table(
    "notice_file",
    METADATA,
    Column("id", String(24), primary_key=True),
    Column("notice_id", String(24), ForeignKey("notice.id"), nullable=False, index=True),
    Column("unit_id", String(40), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("by", String(60), nullable=False),
    Column("name", String(120), nullable=False),
    Column("media_type", String(60), nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("sm3", String(64), nullable=False),
)
