"""Sending what is queued."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from console.clerk.jobs import JOBS
from console.clerk.work import Clerk
from console.notify import jobs
from console.notify.channels import CHANNELS, Channel, NotDelivered, NotTaken
from console.notify.parcel import Parcel
from console.notify.tables import DELIVERY, DELIVERY_ATTEMPT, DELIVERY_CHANNEL
from console.notify.tell import Message, Recipient, tell
from console.office.settings import Channels, OfficeSettings
from tests.console.deskside import Table


class Post:
    """A channel that keeps what it gets, and fails when told to."""

    def __init__(self) -> None:
        self.sent: list[list[str]] = []
        self.down = False
        self.refused: set[str] = set()

    def __call__(self, _settings: Channels, parcels: Sequence[Parcel], _at: datetime) -> str:
        if self.down:
            raise NotDelivered("nobody answers")
        if parcels[0].key in self.refused:
            raise NotTaken("550 no such mailbox")
        self.sent.append([parcel.key for parcel in parcels])
        return "200"


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch) -> Post:
    made = Post()
    always = Channel(lambda _settings: True, lambda _to: True, made, digests=True)
    mail = Channel(lambda _settings: True, lambda to: "email" in to, made)
    monkeypatch.setattr(jobs, "CHANNELS", {"webhook": always, "mail": mail})
    return made


def clerk(table: Table, **channels: Any) -> Clerk:
    here = table.desk
    office = OfficeSettings(channels=replace(Channels(), **channels))
    return Clerk(here.engine, here.reads, here.store, here.data, office, here.clock)


def queue(table: Table, *keys: str, urgent: bool = False, **addresses: str) -> None:
    with table.desk.engine.begin() as connection:
        for key in keys:
            message = Message(
                key, "callout", Recipient("扎西", addresses), "到岗", "请到岗", "incident 1", urgent=urgent
            )
            tell(connection, message, table.clock())


def states(table: Table) -> list[tuple[str, str, int]]:
    with table.desk.reads.begin() as connection:
        rows = connection.execute(select(DELIVERY).order_by(DELIVERY.c.id)).all()
    return [(row.key, row.state, row.attempts) for row in rows]


def test_a_message_goes_out_once_and_says_so(table: Table, post: Post) -> None:
    queue(table, "a")
    for _ in range(3):
        jobs.deliver(clerk(table), "webhook")

    assert post.sent == [["a"]]
    assert states(table) == [("a", "sent", 1)]


def test_the_urgent_go_first(table: Table, post: Post) -> None:
    queue(table, "a", "b")
    queue(table, "now", urgent=True)
    jobs.deliver(clerk(table), "webhook")

    assert post.sent == [["now"], ["a"], ["b"]]


def test_what_fails_is_tried_later_and_later_with_the_same_key(table: Table, post: Post) -> None:
    queue(table, "a")
    post.down = True
    waits = []
    for _ in range(4):
        jobs.deliver(clerk(table), "webhook", lambda: 0.5)
        with table.desk.reads.begin() as connection:
            row = connection.execute(select(DELIVERY_CHANNEL)).one()
        waits.append((row.next_at - table.clock()).total_seconds())
        table.clock.now = row.next_at
    post.down = False
    jobs.deliver(clerk(table), "webhook")

    assert waits == [5, 10, 20, 40]
    assert post.sent == [["a"]]
    with table.desk.reads.begin() as connection:
        tried = connection.execute(select(DELIVERY_ATTEMPT.c.ok, DELIVERY_ATTEMPT.c.said)).all()
    assert [tuple(row) for row in tried] == [(False, "nobody answers")] * 4 + [(True, "200")]


def test_waiting_is_bounded_and_shaken() -> None:
    assert jobs.next_try(1, 0.0) == timedelta(seconds=4)
    assert jobs.next_try(1, 1.0) == timedelta(seconds=6)
    assert jobs.next_try(50, 0.5) == timedelta(minutes=10)


def test_a_channel_that_is_down_rests_and_is_not_asked_for_each_message(table: Table, post: Post) -> None:
    queue(table, "a", "b", "c")
    post.down = True
    for _ in range(5):
        jobs.deliver(clerk(table), "webhook")

    with table.desk.reads.begin() as connection:
        assert len(connection.execute(select(DELIVERY_ATTEMPT.c.id)).all()) == 1


def test_a_message_that_is_not_taken_holds_up_no_other(table: Table, post: Post) -> None:
    queue(table, "bad", "worse", urgent=True, email="x@y")
    queue(table, "a", "b", email="x@y")
    post.refused = {"bad", "worse"}
    for _ in range(2):
        jobs.deliver(clerk(table), "mail")

    assert post.sent == [["a"], ["b"]]
    assert [state for _, state, _ in states(table)] == ["waiting", "waiting", "sent", "sent"]
    table.clock.pass_by(seconds=30)
    queue(table, "c", email="x@y")
    jobs.deliver(clerk(table), "mail")
    assert post.sent[-1] == ["c"]


def test_one_channel_that_is_down_holds_up_no_other(table: Table, post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    working = Post()
    bad = Post()
    bad.down = True
    every = {"webhook": bad, "command": working}
    table_of = {name: Channel(lambda _s: True, lambda _to: True, one) for name, one in every.items()}
    monkeypatch.setattr(jobs, "CHANNELS", table_of)
    queue(table, "a")
    jobs.deliver(clerk(table), "webhook")
    jobs.deliver(clerk(table), "command")

    assert working.sent == [["a"]]
    assert states(table) == [("a", "sent", 2)]


def test_what_is_over_twenty_a_minute_goes_out_as_a_digest(table: Table, post: Post) -> None:
    queue(table, *(f"m{number:02}" for number in range(45)))
    jobs.deliver(clerk(table), "webhook")

    assert [len(one) for one in post.sent] == [1] * 19 + [26]
    queue(table, "later")
    jobs.deliver(clerk(table), "webhook")
    assert len(post.sent) == 20
    table.clock.pass_by(minutes=1)
    jobs.deliver(clerk(table), "webhook")
    assert post.sent[-1] == ["later"]
    assert {state for _, state, _ in states(table)} == {"sent"}


def test_a_channel_without_an_address_leaves_it_to_the_others(table: Table, post: Post) -> None:
    queue(table, "a")
    queue(table, "b", email="a@b")
    jobs.deliver(clerk(table), "mail")

    assert post.sent == [["b"]]
    assert states(table) == [("a", "waiting", 0), ("b", "sent", 1)]


def test_who_acknowledged_is_not_told_any_more(table: Table, post: Post) -> None:
    queue(table, "a")
    with table.desk.engine.begin() as connection:
        connection.execute(update(DELIVERY).values(acked_at=table.clock()))
    jobs.deliver(clerk(table), "webhook")

    assert post.sent == []


def test_killed_after_sending_and_before_writing_it_down_it_goes_out_with_the_same_key(
    table: Table, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue(table, "a")
    with monkeypatch.context() as patched:
        patched.setattr(jobs, "_note", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            jobs.deliver(clerk(table), "webhook")
    jobs.deliver(clerk(table), "webhook")

    assert post.sent == [["a"], ["a"]]
    assert states(table) == [("a", "sent", 1)]


def test_without_a_channel_a_message_stays_and_is_given_up_after_a_day(table: Table) -> None:
    queue(table, "a")
    for name in ("webhook", "mail", "command"):
        jobs.deliver(clerk(table), name)
    assert states(table) == [("a", "waiting", 0)]
    table.clock.pass_by(hours=25)
    jobs.give_up(clerk(table))
    jobs.give_up(clerk(table))

    assert states(table) == [("a", "failed", 0)]
    assert set(CHANNELS) == {"webhook", "mail", "command"}
    assert {"notify_webhook", "notify_mail", "notify_command", "notify_give_up"} <= set(JOBS)
