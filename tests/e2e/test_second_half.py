"""The second half of the chain through the real processes: from a defaced site to a receipt and a closed notice.

The story is told once undisturbed; told with the province cut off, and with processes killed at twenty moments, it must
leave the same records: nothing lost, nothing doubled.
"""

from __future__ import annotations

import random
import sqlite3
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from analytics.db import database_url, open_database
from console.audit.chain import Verified, verify
from tests.normal_form import difference, normal_form
from tests.processes import Processes
from tests.second_half import Story
from tests.small_platform import PROVINCE, Small, small_platform

pytestmark = pytest.mark.e2e

KILLS = 20


@dataclass
class Told:
    """What a telling left behind."""

    data: Path
    form: dict[str, Any]
    province: list[dict[str, Any]]
    made: dict[str, str]
    notes: list[str] = field(default_factory=list)


def tell(small: Small, story: Story) -> Told:
    """The whole story; what it left once everything has arrived."""
    story.tell()
    small.settle()
    return Told(small.data, normal_form(small.data), small.office.province.received(), story.made)


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """The story, undisturbed."""
    with small_platform(tmp_path_factory.mktemp("quiet")) as small:
        told = tell(small, Story(small.office))
        assert small.processes.dead() == []
    return told


def audit_of(data: Path) -> object:
    engine = open_database(database_url(data))
    try:
        with engine.connect() as connection:
            return verify(connection)
    finally:
        engine.dispose()


def rows(data: Path, statement: str) -> list[Any]:
    connection = sqlite3.connect(f"file:{data / 'gongga.sqlite'}?mode=ro", uri=True)
    try:
        return connection.execute(statement).fetchall()
    finally:
        connection.close()


def test_the_story_ends_with_everything_closed_and_the_audit_chain_whole(quiet: Told) -> None:
    assert rows(quiet.data, "select state from incident") == [("closed",)]
    assert rows(quiet.data, "select state from run where parent_id is null") == [("succeeded",)]
    assert rows(quiet.data, "select state from report") == [("accepted",)]
    assert rows(quiet.data, "select state from instruction") == [("done",)]
    assert rows(quiet.data, "select state from notice") == [("closed",)]
    assert ("closed",) in rows(quiet.data, "select state from finding where check_id = 'exposure/directory-listing'")
    assert isinstance(audit_of(quiet.data), Verified)


def test_the_report_was_released_by_two_and_has_both_receipts(quiet: Told) -> None:
    assert len(rows(quiet.data, "select distinct by from report_release")) == 2
    got = rows(
        quiet.data,
        "select r.kind, r.result from receipt r join outbox o on o.message_id = r.message_id "
        "where o.kind = 'event_report' and r.direction = 'got' order by r.kind",
    )
    assert got == [("business", "accepted"), ("transport", "stored")]


def test_what_the_province_got_is_what_was_sent_in_order(quiet: Told) -> None:
    kinds = [one["kind"] for one in quiet.province if one["kind"] in ("event_report", "instruction_step")]
    assert kinds == ["event_report"] + ["instruction_step"] * 4
    assert all(one["exercise"] for one in quiet.province)


def test_with_the_province_cut_off_for_the_whole_length_it_ends_the_same(quiet: Told, tmp_path: Path) -> None:
    with small_platform(tmp_path) as small:
        small.processes.stop(PROVINCE)
        story = Story(small.office, is_cut=True)
        story.tell()
        assert rows(small.data, "select count(*) from outbox where state in ('stored', 'accepted')") == [(0,)]
        small.processes.start(small.processes.parts[PROVINCE])
        story.is_cut = False
        story.tell_the_link()
        small.settle()
        found, got = normal_form(small.data), small.office.province.received()

    assert difference(quiet.form, found) == ""
    assert business(got) == business(quiet.province)
    assert isinstance(audit_of(small.data), Verified)


def business(messages: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """The business messages that arrived, in order."""
    return [(one["kind"], str(one["body"].get("to", ""))) for one in messages if one["kind"] in BUSINESS]


BUSINESS = ("event_report", "instruction_step", "intel_share")


@dataclass
class Killer:
    """Kills a process some moments after a step began, each in its turn, and starts it again."""

    processes: Processes
    chance: random.Random
    count: int = 0
    timers: list[threading.Timer] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, step: str) -> None:
        if step == "deface":
            return
        name = ("serve", "clerk", "worker", "probe", PROVINCE)[self.count % 5]
        timer = threading.Timer(self.chance.uniform(0.0, 0.25), self._kill, (name,))
        self.count += 1
        self.timers.append(timer)
        timer.start()

    def _kill(self, name: str) -> None:
        with self.lock:
            self.processes.kill(name)

    def done(self) -> None:
        for timer in self.timers:
            timer.join()


def test_with_processes_killed_at_twenty_moments_it_ends_the_same(quiet: Told, tmp_path: Path) -> None:
    with small_platform(tmp_path) as small:
        killer = Killer(small.processes, random.Random(513300))
        story = Story(small.office, killer)
        try:
            story.tell()
        finally:
            killer.done()
        small.settle()
        found, got = normal_form(small.data), small.office.province.received()
        assert small.processes.dead() == []

    assert killer.count >= KILLS
    assert difference(quiet.form, found) == ""
    assert business(got) == business(quiet.province)
    assert isinstance(audit_of(small.data), Verified)
