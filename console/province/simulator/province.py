"""The pretend province: it stores what comes, says what became of it, and sends what it is asked to send."""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, Row, select

from analytics.db import open_database, reader
from console.exercise.state import current, start
from console.office.http import ask as ask_http
from console.office.settings import ProvinceLink
from console.province import handling, outbox, reconciliation
from console.province.envelope import GOOD_FOR, Envelope, seal
from console.province.handling import Hand, Outcome, take_in
from console.province.inbox import Reply, receive
from console.province.link import settle
from console.province.party import Party, party
from console.province.sending import Sender, drain
from console.province.simulator.faults import Faults, flipped
from console.province.tables import INBOX, OUTBOX
from console.province.transports import Carried, Https, Parcel
from console.province.uuid7 import uuid7
from console.tables import METADATA

_LOG: Final = logging.getLogger(__name__)
EXERCISE: Final = "模拟省级平台"
BEAT: Final = 0.1


@dataclass
class Province:
    """One pretend province over a folder of its own. It trusts the desk's key as the desk trusts its key."""

    root: Path
    settings: ProvinceLink
    clock: Callable[[], datetime]
    random: Callable[[], float]
    faults: Faults = field(default_factory=Faults)
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def __post_init__(self) -> None:
        self.root.mkdir(parents=True, exist_ok=True)
        self.engine: Engine = open_database(f"sqlite:///{self.root / 'province.sqlite'}")
        self.reads = reader(self.engine)
        METADATA.create_all(self.engine)
        with self.engine.begin() as connection:
            settle(connection, self.settings)
            if self.settings.is_exercise and current(connection) is None:
                start(connection, EXERCISE, self.settings.us, self.clock())

    @property
    def party(self) -> Party:
        """Keys are read anew each time: the desk's may be put in place, or changed, while it runs."""
        return party(self.root, self.settings)

    def begin(self) -> None:
        """Send and deal with what came in, in a thread, until `end`."""
        self._thread = threading.Thread(target=self._work, name="province", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Stop the thread and close the records."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=10)
        self.engine.dispose()

    def take(self, wire: bytes, source: str) -> Reply | None:
        """Take a message as a fault or the rules will have it; None when nothing is answered."""
        if self.faults.away or self.faults.take("drop"):
            return None
        if self.faults.take("refuse"):
            side = self.party
            from_now = replace(side, keys=())
            return receive(self.engine, from_now, wire, self.clock(), "https", source)
        reply = receive(self.engine, self.party, wire, self.clock(), "https", source)
        return None if self.faults.take("lose_receipts") else reply

    def instruct(self, body: Mapping[str, Any], marking: str = "内部") -> str:
        """Queue an instruction, once for each number; the message's id."""
        number = str(body.get("number") or f"川网指〔2026〕{secrets.randbelow(10**6)}号")
        with self.engine.begin() as connection:
            known = connection.execute(select(OUTBOX.c.message_id, OUTBOX.c.body).where(OUTBOX.c.kind == "instruction"))
            for row in known:
                if row.body.get("number") == number:
                    return str(row.message_id)
            said = {"kind": "verify", "urgency": "normal", **body, "number": number}
            return self._queue(connection, "instruction", said, f"instruction {number}", marking)

    def share(self, bundle: Mapping[str, Any], marking: str = "内部") -> str:
        """Queue a bundle of intelligence; the message's id."""
        with self.engine.begin() as connection:
            return self._queue(connection, "intel_share", {"bundle": dict(bundle)}, "intelligence", marking)

    def reconcile(self, day: str) -> str:
        """Tell the desk what was sent that day; the message's id."""
        with self.engine.begin() as connection:
            return reconciliation.ask(connection, self.settings.peer, day, self.clock())

    def state(self) -> dict[str, Any]:
        """What came, what was sent, and which faults are on."""
        with self.reads.begin() as connection:
            received = connection.execute(select(INBOX).order_by(INBOX.c.id)).all()
            sent = connection.execute(select(OUTBOX).order_by(OUTBOX.c.id)).all()
        keys = ("message_id", "kind", "seq", "state", "reason", "body", "marking")
        return {
            "us": self.settings.us,
            "peer": self.settings.peer,
            "received": [{key: getattr(row, key) for key in keys} | {"exercise": row.exercise} for row in received],
            "sent": [{key: getattr(row, key) for key in keys} | {"exercise": row.for_exercise} for row in sent],
            "faults": self.faults.document(),
        }

    def step(self) -> None:
        """Deal with what came in and send what is due, once."""
        if self.faults.away:
            return
        take_in(self.engine, self.reads, self._hands(), self.clock)
        side = self.party
        sender = Sender("simulator", self.clock, self.random)
        drain(self.engine, side, _Faulty(self, Https(self.settings.url)), sender)
        if self.faults.take("old_sequence"):
            self._send_old(side)

    def _work(self) -> None:
        while not self._stop.wait(BEAT):
            try:
                self.step()
            except Exception:
                # The loop of a worker: a fault of one round must not end it.
                _LOG.exception("the pretend province stumbled; it goes on")

    def _queue(self, connection: Connection, kind: str, body: Mapping[str, Any], ref: str, marking: str) -> str:
        return outbox.enqueue(connection, kind, body, at=self.clock(), ref=ref[:120], marking=marking)

    def _hands(self) -> Mapping[str, Hand]:
        return {
            "event_report": self._report,
            "instruction_step": self._plain,
            "intel_share": self._intelligence,
            "receipt": handling.business_receipt,
            "reconciliation": handling.incoming_reconciliation,
            "heartbeat": handling.heartbeat,
        }

    def _report(self, connection: Connection, row: Row[Any], at: datetime) -> Outcome:
        if not self._is_time(row, at):
            return Outcome(later=True)
        if self.faults.take("return_reports"):
            return Outcome("returned", "内容不全，请补充后重新报送")
        return Outcome(receipt_no=f"SC-{at.year}-{row.seq:06d}")

    def _plain(self, connection: Connection, row: Row[Any], at: datetime) -> Outcome:
        return Outcome() if self._is_time(row, at) else Outcome(later=True)

    def _intelligence(self, connection: Connection, row: Row[Any], at: datetime) -> Outcome:
        bundle = row.body.get("bundle", row.body)
        objects = bundle.get("objects", []) if isinstance(bundle, Mapping) else []
        return Outcome(said={"applied": len(objects)})

    def _is_time(self, row: Row[Any], at: datetime) -> bool:
        return bool(at >= row.received_at + timedelta(seconds=self.faults.business_delay))

    def _send_old(self, side: Party) -> None:
        """Post a message that is signed well and numbered as an old one."""
        now = self.clock()
        old = Envelope(
            message_id=uuid7(now),
            kind="instruction",
            sender=side.us,
            recipient=side.peer,
            seq=1,
            issued_at=now,
            expires_at=now + GOOD_FOR,
            nonce=secrets.token_hex(16),
            marking="内部",
            exercise=self.settings.is_exercise,
            body={"number": "old", "kind": "verify", "title": "旧序号", "content": "此件应被拒收。"},
        )
        address = f"{self.settings.url.rstrip('/')}/link/messages"
        ask_http("POST", address, seal(old, side.key)[0].encode(), {"content-type": "application/json"}, timeout=5)


@dataclass(frozen=True, slots=True)
class _Faulty:
    """The way to the desk, with what goes wrong on it."""

    province: Province
    line: Https

    def carry(self, parcels: Sequence[Parcel]) -> Iterator[Carried]:
        for parcel in parcels:
            faults = self.province.faults
            if faults.away:
                raise OSError("the pretend province is away")
            if faults.take("corrupt"):
                parcel = replace(parcel, wire=flipped(parcel.wire.encode()).decode("utf-8", "replace"))  # noqa: PLW2901
            for _ in range(9 if faults.take("duplicate") else 0):
                list(self.line.carry([parcel]))
            yield from self.line.carry([parcel])
