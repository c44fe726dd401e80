"""Acts of a unit are audited, each as what it was."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from console.audit.chain import Verified, verify
from console.audit.tables import AUDIT_ENTRY
from console.notices.owner_cases import ByLink, act
from tests.console.noticeside import REPORT, Bureau


def test_each_act_leaves_one_entry_and_the_chain_verifies(bureau: Bureau) -> None:
    _notice, link = bureau.issued()
    bureau.say(link, "sign", name="扎西")
    bureau.say(link, "feedback", **REPORT)
    with bureau.table.desk.engine.begin() as connection:
        actions = list(connection.execute(select(AUDIT_ENTRY.c.action).order_by(AUDIT_ENTRY.c.seq)).scalars())
        assert isinstance(verify(connection), Verified)

    assert actions == ["notice.draft", *["notice.move"] * 3, "notice.unit_sign", "notice.unit_feedback"]


def test_an_act_that_does_not_exist_changes_nothing(bureau: Bureau) -> None:
    notice, link = bureau.issued()
    with pytest.raises(ValueError, match="no act 'dance'"):
        act(bureau.table.desk, ByLink(link.removeprefix("/n/")), "dance", {})
    assert bureau.kinds(notice)[-1] == "sent"
