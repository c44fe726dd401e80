"""What the clerk does for the link: send, deal with what came in, take packages, reconcile each day."""

from __future__ import annotations

import logging
import os
import random
import socket
from datetime import timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, func, select

from console.clerk.work import Clerk
from console.province import outbox
from console.province.carrying import take_package
from console.province.handling import HANDS, take_in
from console.province.link import active_link, is_settled, link_to, settle
from console.province.package import MOST_PACKED, SUFFIX, in_folder
from console.province.party import party
from console.province.reconciliation import ask, due_day
from console.province.refusal import Refusal
from console.province.sending import Sender, drain, has_work
from console.province.tables import OUTBOX
from console.province.transports import transport_of

_LOG: Final = logging.getLogger(__name__)
# A line that was quiet for so long says that it lives.
QUIET: Final = timedelta(minutes=10)
# What goes by hand is gathered for a moment, so that one release makes one file.
GATHERED: Final = timedelta(seconds=5)


def send(clerk: Clerk) -> None:
    """Send what is due."""
    settings, now = clerk.office.province, clerk.clock()
    with clerk.reads.begin() as connection:
        settled = is_settled(link_to(connection, settings.peer), settings)
    if not settled:
        with clerk.engine.begin() as connection:
            settle(connection, settings)
    with clerk.reads.begin() as connection:
        if not has_work(connection, settings, now):
            return
        if settings.transport == "package" and not _gathered(clerk):
            return
    side = party(clerk.data.root, settings)
    sender = Sender(f"{socket.gethostname()}:{os.getpid()}", clerk.clock, random.random, is_alive)
    drain(clerk.engine, side, transport_of(side), sender)


def handle(clerk: Clerk) -> None:
    """Deal with what came in."""
    take_in(clerk.engine, clerk.reads, HANDS, clerk.clock)


def fetch(clerk: Clerk) -> None:
    """Take the packages that somebody put into `province/in`; what is refused is laid aside with its reason."""
    folder = in_folder(clerk.data.root)
    if not folder.is_dir():
        return
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        try:
            take_package(
                clerk.engine, party(clerk.data.root, clerk.office.province), _content(path), "clerk", clerk.clock()
            )
        except Refusal as refused:
            _LOG.warning("%s is refused: %s", path.name, refused.sentence)
            _aside(path, "refused", refused.sentence)
        else:
            _aside(path, "taken", "")


def reconcile(clerk: Clerk) -> None:
    """Once a day tell the peer what was sent the day before; and say that the line lives when it was quiet."""
    now = clerk.clock()
    with clerk.reads.begin() as connection:
        link = active_link(connection)
        if link is None or not (link.seq_out or link.seq_in):
            return
        day = due_day(connection, link.peer, now)
        said = link.last_sent_at
        quiet = link.transport != "package" and (said is None or now - said >= QUIET) and not link.failures
    if day is None and not quiet:
        return
    with clerk.engine.begin() as connection:
        if day is not None and due_day(connection, link.peer, now) == day:
            ask(connection, link.peer, day, now)
        elif quiet:
            body = {"seq_in": link.seq_in, "backlog": _backlog(connection)}
            outbox.put(connection, "heartbeat", body, at=now, ref="link", marking="内部", exercise_id=None)


def is_alive(name: str) -> bool:
    """Whether the process that took a lease under this name may still run: surely not when this machine has none."""
    host, _, number = name.rpartition(":")
    if host != socket.gethostname() or not number.isdecimal():
        return True
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _gathered(clerk: Clerk) -> bool:
    with clerk.reads.begin() as connection:
        oldest = connection.execute(select(func.min(OUTBOX.c.created_at)).where(OUTBOX.c.state == "waiting")).scalar()
    return oldest is not None and clerk.clock() - oldest >= GATHERED


def _backlog(connection: Connection) -> int:
    counted = select(func.count()).select_from(OUTBOX).where(OUTBOX.c.state.in_(outbox.BACKLOG))
    return int(connection.execute(counted).scalar_one())


def _content(path: Path) -> bytes:
    """The bytes of a package, no more of them than it takes to see that they are too many."""
    with path.open("rb") as file:
        return file.read(MOST_PACKED + 1)


def _aside(path: Path, where: str, why: str) -> None:
    folder = path.parent / where
    folder.mkdir(exist_ok=True)
    path.replace(folder / path.name)
    if why:
        (folder / f"{path.name}.txt").write_text(f"{why}\n", "utf-8")
