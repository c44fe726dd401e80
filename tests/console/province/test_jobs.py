"""The clerk's jobs for the link."""

from __future__ import annotations

import os
import socket
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from console.clerk.work import Clerk
from console.office.settings import OfficeSettings, ProvinceLink
from console.province.envelope import seal
from console.province.jobs import fetch, handle, is_alive, reconcile, send
from console.province.keys import public_pem
from console.province.link import active_link
from console.province.outbox import enqueue
from console.province.package import in_folder, out_folder, packed
from console.province.tables import INBOX, OUTBOX
from tests.console.deskside import Table
from tests.console.province.linkside import THEIRS, Side, envelope


def clerk_of(table: Table, **link: Any) -> Clerk:
    """A clerk of an office whose link is set so."""
    (table.desk.data.keys / "peer.pem").write_text(public_pem(THEIRS.public))
    here = table.desk
    office = OfficeSettings(province=ProvinceLink(**link))
    return Clerk(here.engine, here.reads, here.store, here.data, office, table.clock)


def test_what_is_released_becomes_a_file_after_a_moment(table: Table) -> None:
    clerk = clerk_of(table)
    with table.desk.engine.begin() as connection:
        enqueue(connection, "event_report", {}, at=table.clock(), ref="x")

    send(clerk)
    assert not out_folder(clerk.data.root).exists()
    table.clock.pass_by(seconds=6)
    send(clerk)
    send(clerk)

    assert len(list(out_folder(clerk.data.root).iterdir())) == 1
    with table.desk.engine.begin() as connection:
        assert connection.execute(select(OUTBOX.c.state)).scalar_one() == "sent"
        link = active_link(connection)
        assert link is not None
        assert link.seq_out == 1


def test_a_peer_that_is_away_costs_a_pause_and_nothing_else(table: Table) -> None:
    clerk = clerk_of(table, transport="https", url="http://127.0.0.1:9")
    with table.desk.engine.begin() as connection:
        enqueue(connection, "event_report", {}, at=table.clock(), ref="x")
    send(clerk)
    send(clerk)

    with table.desk.engine.begin() as connection:
        link = active_link(connection)
        assert link is not None
        assert (link.failures, connection.execute(select(OUTBOX.c.state)).scalar_one()) == (1, "waiting")


def test_a_process_of_another_machine_is_never_called_dead() -> None:
    assert is_alive(f"{socket.gethostname()}:{os.getpid()}")
    assert not is_alive(f"{socket.gethostname()}:{2**22 - 3}")
    assert is_alive("elsewhere:4194301")
    assert is_alive("one")


def test_packages_are_fetched_dealt_with_and_laid_aside(table: Table, sides: tuple[Side, Side]) -> None:
    _, theirs = sides
    clerk = clerk_of(table)
    fetch(clerk)
    folder = in_folder(clerk.data.root)
    folder.mkdir(parents=True)
    (folder / "good.zip").write_bytes(packed(theirs.party, [seal(envelope(), THEIRS)[0]]))
    (folder / "bad.zip").write_bytes(b"no zip")

    fetch(clerk)
    handle(clerk)

    assert [path.name for path in (folder / "taken").iterdir()] == ["good.zip"]
    assert "no zip" in (folder / "refused" / "bad.zip.txt").read_text("utf-8")
    with table.desk.engine.begin() as connection:
        assert connection.execute(select(INBOX.c.state)).scalar_one() == "accepted"
        assert connection.execute(select(OUTBOX.c.kind)).scalar_one() == "receipt"


def test_the_day_before_is_reconciled_once_and_a_quiet_line_says_that_it_lives(table: Table) -> None:
    clerk = clerk_of(table, transport="https", url="http://127.0.0.1:9")
    reconcile(clerk)
    with table.desk.engine.begin() as connection:
        enqueue(connection, "event_report", {}, at=table.clock(), ref="x")
    send(clerk)
    table.clock.pass_by(hours=5)
    reconcile(clerk)
    reconcile(clerk)

    with table.desk.engine.begin() as connection:
        kinds = connection.execute(select(OUTBOX.c.kind).order_by(OUTBOX.c.id)).scalars().all()
    assert kinds == ["event_report", "reconciliation"]
    assert replace(clerk).office.province.transport == "https"
