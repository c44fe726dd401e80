"""The table of the audit chain."""

from __future__ import annotations

from console.audit.tables import AUDIT_ENTRY


def test_the_moment_is_kept_as_the_text_that_was_hashed() -> None:
    assert AUDIT_ENTRY.c.at.type.python_type is str
    assert not AUDIT_ENTRY.c.seq.autoincrement
