from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from analytics.lifecycle import Unknown
from console.accounts.viewer import Viewer
from console.audit.tables import AUDIT_ENTRY
from console.papers.checking import TemplateRefused
from console.papers.docx import shipped
from console.papers.office_templates import own_template
from console.papers.use_cases import restore_template, try_template, use_template
from tests.console.deskside import Table

WHO = Viewer("ac-c", "commander", "指挥长", frozenset({"commander"}), None, None, "zh", "")


def actions(table: Table) -> list[str]:
    with table.desk.reads.begin() as connection:
        return list(connection.execute(select(AUDIT_ENTRY.c.action).order_by(AUDIT_ENTRY.c.seq)).scalars())


def test_a_template_is_put_in_use_and_taken_back_with_its_entries(table: Table) -> None:
    use_template(table.desk, WHO, "hazard", shipped("hazard"))
    assert own_template(table.desk.data.root, "hazard") == shipped("hazard")

    restore_template(table.desk, WHO, "hazard")

    assert own_template(table.desk.data.root, "hazard") is None
    assert actions(table) == ["template.use", "template.restore"]
    with pytest.raises(Unknown):
        restore_template(table.desk, WHO, "hazard")


def test_a_refused_template_changes_nothing_and_is_written_down(table: Table) -> None:
    with pytest.raises(TemplateRefused):
        use_template(table.desk, WHO, "hazard", b"no docx")

    assert own_template(table.desk.data.root, "hazard") is None
    assert actions(table) == ["template.refused"]


def test_trying_changes_nothing(table: Table) -> None:
    assert try_template(table.desk, WHO, "tip", shipped("tip")).startswith(b"PK")
    assert own_template(table.desk.data.root, "tip") is None
    with pytest.raises(Unknown):
        try_template(table.desk, WHO, "letter", b"")


def test_who_sees_one_county_changes_no_template(table: Table) -> None:
    narrow = replace(WHO, counties=frozenset({"513301"}), units=frozenset())

    with pytest.raises(Unknown):
        use_template(table.desk, narrow, "hazard", shipped("hazard"))
    assert own_template(table.desk.data.root, "hazard") is None
