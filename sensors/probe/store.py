"""The sensor's own file: baselines, due times, states and ordered re-tests, in SQLite."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Final

FILE: Final = "probe.sqlite"
_TABLES: Final = (
    """CREATE TABLE IF NOT EXISTS baseline (
        site TEXT NOT NULL, kind TEXT NOT NULL, stage TEXT NOT NULL CHECK (stage IN ('candidate', 'approved')),
        id TEXT NOT NULL, taken_at TEXT NOT NULL, approved_at TEXT, approved_by TEXT, document TEXT NOT NULL,
        PRIMARY KEY (site, kind, stage))""",
    """CREATE TABLE IF NOT EXISTS due (
        site TEXT NOT NULL, family TEXT NOT NULL, due_at REAL NOT NULL, round TEXT NOT NULL, attempt INTEGER NOT NULL,
        PRIMARY KEY (site, family))""",
    """CREATE TABLE IF NOT EXISTS state (
        site TEXT PRIMARY KEY, state TEXT NOT NULL, failures INTEGER NOT NULL, successes INTEGER NOT NULL,
        changed_at REAL NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS retest (
        id INTEGER PRIMARY KEY AUTOINCREMENT, site TEXT NOT NULL, check_id TEXT NOT NULL, location TEXT NOT NULL,
        ordered_at REAL NOT NULL, done_at REAL, name TEXT)""",
)


def open_state(folder: Path) -> sqlite3.Connection:
    """The state of a sensor, made at first use. Several processes may have it open."""
    folder.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(folder / FILE, timeout=30, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    return _prepared(connection)


def memory_state() -> sqlite3.Connection:
    """A state that is gone when it is closed."""
    return _prepared(sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False))


def _prepared(connection: sqlite3.Connection) -> sqlite3.Connection:
    connection.row_factory = sqlite3.Row
    for table in _TABLES:
        connection.execute(table)
    if "name" not in {row["name"] for row in connection.execute("PRAGMA table_info(retest)")}:
        # A state of a version whose orders had no names.
        connection.execute("ALTER TABLE retest ADD COLUMN name TEXT")
    connection.execute("CREATE UNIQUE INDEX IF NOT EXISTS retest_name ON retest (name)")
    return connection
