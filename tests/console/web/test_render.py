"""Pages."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import insert

from analytics.correlation.records import enter
from analytics.db import SENSOR
from analytics.grading.tables import Words
from console.exercise.state import start
from console.web.render import FEATURES, NAV, environment
from tests.console.deskdata import incident
from tests.console.deskside import Table
from tests.factories import NOON


def test_every_template_of_every_feature_parses() -> None:
    pages = environment()
    names = [name for name in pages.list_templates() if name.endswith(".html")]

    for name in names:
        pages.get_template(name)
    assert {name.split("/")[0] for name in names} <= set(FEATURES)
    assert "web/layout.html" in names


def test_the_rail_shows_only_what_opens(table: Table) -> None:
    auditor = table.seat("auditor").get("/").text

    assert 'href="/audit"' in auditor
    assert 'href="/alerts"' not in auditor
    assert 'href="/accounts"' not in auditor


def test_the_rail_marks_where_one_is(table: Table) -> None:
    page = table.seat("lead").get("/health").text

    assert re.search(r'href="/health" aria-current="page"', page)
    assert page.count("aria-current") == 1


def test_people_are_named_by_name_and_what_is_no_account_as_written(table: Table) -> None:
    lead = table.seat("lead", login="zeren")
    incident(table.desk.engine, 1)
    with table.desk.engine.begin() as connection:
        for by in ("zeren", "clerk"):
            said = Words(f"{by}记录", f"noted by {by}")
            enter(connection, "2026-0001", "note", by, NOON, NOON, said, by)

    page = lead.get("/incidents/2026-0001").text

    assert "<p>测试zeren</p>" in page
    assert "<p>clerk</p>" in page


def test_what_people_typed_is_escaped(table: Table) -> None:
    with table.desk.engine.begin() as connection:
        connection.execute(insert(SENSOR).values(name="<b>x</b>", kind="flow", counters={}, last_seen=NOON))

    page = table.seat("lead").get("/health").text

    assert "&lt;b&gt;x&lt;/b&gt;" in page
    assert "<b>x</b>" not in page


@pytest.mark.parametrize("path", ["/", "/health", "/account", "/account?totp=1", "/nothing-here"])
def test_pages_carry_no_inline_style_script_or_handler(table: Table, path: str) -> None:
    page = table.seat("lead").get(path).text

    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]*\ssrc=)", page)
    assert not re.search(r'(?:src|href|action)="(?:https?:)?//', page)


def test_every_address_of_the_rail_is_a_page_of_its_own() -> None:
    addresses = [href for _, links in NAV for href, *_ in links]

    assert len(addresses) == len(set(addresses))


def test_an_exercise_stands_across_the_frame(table: Table) -> None:
    assert 'class="exercise"' not in table.seat("lead").get("/").text
    with table.desk.engine.begin() as connection:
        start(connection, "年度演练", "lead", table.clock())
    assert "演练 · 年度演练" in table.seat("analyst").get("/").text
