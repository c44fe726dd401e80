"""The tables of exchange: what is offered by TAXII and to whom, where we fetch, and what was shared by whose word."""

from __future__ import annotations

from typing import Final

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Integer, String, Table, Text, UniqueConstraint

from analytics.db import METADATA, UtcDateTime

# `last_added`: the newest moment given to an object; each object gets a later one, so that paging loses nothing.
TAXII_COLLECTION: Final = Table(
    "taxii_collection",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("last_added", UtcDateTime, nullable=False),
)
TAXII_OBJECT: Final = Table(
    "taxii_object",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("collection", String(36), ForeignKey("taxii_collection.id"), nullable=False),
    Column("stix_id", String(120), nullable=False, index=True),
    # the object's `modified` as text, as TAXII names versions; where a type has none, when it was added
    Column("version", String(32), nullable=False),
    Column("type", String(60), nullable=False),
    Column("spec_version", String(10), nullable=False),
    Column("marking", String(10), nullable=False),
    Column("added_at", UtcDateTime, nullable=False),
    Column("source", String(120), nullable=False),
    Column("body", JSON, nullable=False),
    UniqueConstraint("collection", "stix_id", "version"),
    UniqueConstraint("collection", "added_at", name="uq_taxii_object_added_at"),
)
# Who may ask our server: a token kept as its hash, the highest marking it reads, whether it may add.
TAXII_PEER: Final = Table(
    "taxii_peer",
    METADATA,
    Column("name", String(40), primary_key=True),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("marking", String(10), nullable=False),
    Column("may_add", Boolean, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("created_by", String(60), nullable=False),
    Column("last_seen", UtcDateTime),
)
TAXII_STATUS: Final = Table(
    "taxii_status",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("peer", String(40), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("body", JSON, nullable=False),
)
# A collection of another server: pulled from, or pushed to what is shared.
# The secret lies in a file of the data folder's keys, never here.
TAXII_FEED: Final = Table(
    "taxii_feed",
    METADATA,
    Column("name", String(40), primary_key=True),
    Column("direction", String(8), nullable=False),
    Column("url", String(400), nullable=False),
    Column("secret", String(80)),
    Column("marking", String(10), nullable=False),
    Column("every_minutes", Integer, nullable=False),
    Column("active", Boolean, nullable=False),
    # the newest moment of adding that was taken from there, or that was pushed there
    Column("added_after", String(40)),
    Column("next_at", UtcDateTime, nullable=False, index=True),
    Column("last_at", UtcDateTime),
    Column("failures", Integer, nullable=False),
    Column("error", Text),
)
# A proposal to pass intelligence on: what exactly, by whose filter, decided by a second person.
INTEL_SHARE: Final = Table(
    "intel_share",
    METADATA,
    Column("id", String(24), primary_key=True),
    # province, taxii
    Column("target", String(12), nullable=False),
    # proposed, sent, refused, withdrawn
    Column("state", String(12), nullable=False, index=True),
    Column("marking", String(10), nullable=False),
    Column("filter", JSON, nullable=False),
    Column("bundle", JSON, nullable=False),
    Column("left_out", JSON, nullable=False),
    Column("reason", Text, nullable=False),
    Column("proposed_by", String(60), nullable=False),
    Column("proposed_at", UtcDateTime, nullable=False),
    Column("decided_by", String(60)),
    Column("decided_at", UtcDateTime),
    Column("decision", Text),
    # of whom it tells, when it is one county or one unit alone
    Column("county", String(6), index=True),
    Column("unit_id", String(40), index=True),
    Column("message_id", String(60)),
    Column("exercise_id", Integer, ForeignKey("exercise.id")),
    Column("version", Integer, nullable=False),
)
# Which indicators, alerts and incidents a share is about.
INTEL_SHARE_ITEM: Final = Table(
    "intel_share_item",
    METADATA,
    Column("share_id", String(24), ForeignKey("intel_share.id"), primary_key=True),
    Column("kind", String(10), primary_key=True),
    Column("ref", String(24), primary_key=True, index=True),
)
