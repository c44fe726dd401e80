"""One order at a time, of exactly the finding."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from analytics.db import FINDING, RETEST, SITE
from analytics.lifecycle import Unknown
from console.notices import jobs
from console.notices.retesting import order_retest
from tests.console.deskdata import finding
from tests.console.deskside import Table
from tests.console.noticeside import REPORT, Bureau
from tests.factories import NOON
from tests.probe_to_desk import Watch
from tests.probe_values import home, scope, serving


def test_an_order_names_check_and_place_and_the_finding_waits_for_it(table: Table) -> None:
    one = finding(table.desk.engine, 1, state="rectifying", location="/upload/")
    with table.desk.engine.begin() as connection:
        order = order_retest(connection, one, "editor", NOON, "no-1")
        again = order_retest(connection, one, "owner", NOON, "no-1")
        row = connection.execute(select(RETEST)).one()
        state = connection.execute(select(FINDING.c.state)).scalar()

    assert order == again == row.id
    assert (row.site_id, row.check_id, row.location, row.state, row.ref) == (
        "kd-1",
        "check-1",
        "/upload/",
        "ordered",
        "no-1",
    )
    assert state == "retest"


def test_a_finding_nobody_was_told_of_is_only_looked_at_once_more(table: Table) -> None:
    one = finding(table.desk.engine, 1, state="confirmed")
    with table.desk.engine.begin() as connection:
        order_retest(connection, one, "lead", NOON, "run 1")
        assert connection.execute(select(FINDING.c.state)).scalar() == "confirmed"


def test_what_is_gone_or_unknown_is_not_tested(table: Table) -> None:
    one = finding(table.desk.engine, 1, state="closed")
    with table.desk.engine.begin() as connection:
        with pytest.raises(ValueError, match="nothing to test"):
            order_retest(connection, one, "lead", NOON, "x")
        with pytest.raises(Unknown):
            order_retest(connection, "fi-none", "lead", NOON, "x")


async def test_the_probe_tests_exactly_what_was_noticed_and_only_its_clean_answer_closes(
    table: Table, tmp_path: Path
) -> None:
    table.clock.now = datetime.now(UTC)
    bureau = Bureau(table)
    plain = {"name": "示例", "hosts": ["127.0.0.1"], "addresses": ["127.0.0.1/32"], "rank": "部门"}
    pages = {"/": home(), "/.git/config": "[core]\n"}
    async with serving(pages) as site:
        with table.desk.engine.begin() as connection:
            where = {"id": "s-1", "unit_id": "U-1", "url": site.url, "ports": [site.port]}
            connection.execute(insert(SITE).values(**plain, **where, is_cii=False, active=True))
        watch = Watch(table.desk, scope(site.port), tmp_path / "probe")
        watch.due.order("s-1", "exposure/git", "/.git/config", table.clock())
        await watch.turn()
        with table.desk.engine.begin() as connection:
            found = connection.execute(select(FINDING).where(FINDING.c.check_id == "exposure/git")).one()
        notice = bureau.drafter.post("/api/v1/notices", json={"kind": "hazard", "findings": [found.id]}).json()["id"]
        bureau.move(bureau.reviewer, notice, "reviewed")
        bureau.move(bureau.signer, notice, "signed")
        link = bureau.move(bureau.drafter, notice, "issued")["links"]["U-1"].removeprefix("http://127.0.0.1:8600")
        bureau.say(link, "sign", name="扎西")
        bureau.say(link, "feedback", **REPORT)

        async def retest() -> tuple[str, str]:
            bureau.say(link, "retest")
            jobs.hand_over(bureau.clerk())
            await watch.turn()
            jobs.settle(bureau.clerk())
            with table.desk.engine.begin() as connection:
                mine = select(FINDING.c.state).where(FINDING.c.id == found.id)
                state = str(connection.execute(mine).scalar_one())
            return bureau.row(notice).state, state

        assert await retest() == ("returned", "rectifying")
        del pages["/.git/config"]
        bureau.say(link, "feedback", **REPORT)
        bureau.say(link, "retest")
        # A round that nobody ordered for this finding sees it clean: it says nothing.
        watch.due.order("s-1", "exposure/git", "/.git/config", table.clock())
        await watch.turn()
        jobs.settle(bureau.clerk())
        assert bureau.row(notice).state == "retesting"
        assert await retest() == ("closed", "closed")
        with table.desk.engine.begin() as connection:
            told = connection.execute(select(RETEST).order_by(RETEST.c.ordered_at)).all()
        assert [(one.state, one.answer, len(one.events)) for one in told] == [
            ("answered", "present", 1),
            ("answered", "clean", 1),
        ]
        watch.state.close()
