"""One function, one transaction, one entry in the audit chain."""

from __future__ import annotations

from sqlalchemy import select

from console.audit.tables import AUDIT_ENTRY
from tests.console.noticeside import Bureau


def test_the_audit_names_who_did_what_and_never_a_token(bureau: Bureau) -> None:
    notice, link = bureau.issued()
    bureau.drafter.post(f"/api/v1/notices/{notice}/link", json={"unit": "U-1"})
    with bureau.table.desk.engine.begin() as connection:
        rows = connection.execute(select(AUDIT_ENTRY).order_by(AUDIT_ENTRY.c.seq)).all()

    assert [(row.actor, row.action) for row in rows] == [
        ("drafter", "notice.draft"),
        ("reviewer", "notice.move"),
        ("signer", "notice.move"),
        ("drafter", "notice.move"),
        ("drafter", "notice.link"),
    ]
    assert link.removeprefix("/n/") not in str(rows)


def test_a_refused_act_leaves_no_entry(bureau: Bureau) -> None:
    notice = bureau.draft(1)
    bureau.move(bureau.drafter, notice, "reviewed", expect=403)
    with bureau.table.desk.engine.begin() as connection:
        assert len(connection.execute(select(AUDIT_ENTRY)).all()) == 1
