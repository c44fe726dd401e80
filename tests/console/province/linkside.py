"""Two parties for tests of the link: keys in memory, envelopes by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from console.office.http import Unreached
from console.office.settings import ProvinceLink
from console.province.envelope import Envelope
from console.province.handling import HANDS, Hand, take_in
from console.province.inbox import receive
from console.province.keys import Pinned
from console.province.link import settle
from console.province.outbox import enqueue
from console.province.party import Party
from console.province.sending import Sender, drain
from console.province.signing import SignatureProvider, new_private, signer
from console.province.tables import INBOX, OUTBOX
from console.province.transports import Carried, Parcel
from console.province.uuid7 import uuid7
from tests.console.deskside import table_in
from tests.factories import at

US, PROVINCE = "gz-513300", "sc-510000"
# Made once: a key costs little, but every test needs two.
OURS: SignatureProvider = signer(new_private("Ed25519"))
THEIRS: SignatureProvider = signer(new_private("Ed25519"))
SM2: SignatureProvider = signer(new_private("SM2"))


def pin(key: SignatureProvider, **limits: Any) -> Pinned:
    """The pinned form of a key."""
    return Pinned(key.kid, key.alg, key.public, **limits)


def envelope(seq: int = 1, **values: Any) -> Envelope:
    """An instruction of the province to us, sealed at noon."""
    fields: dict[str, Any] = {
        "message_id": uuid7(at(seq)),
        "kind": "instruction",
        "sender": PROVINCE,
        "recipient": US,
        "seq": seq,
        "issued_at": at(0),
        "expires_at": at(0) + timedelta(days=90),
        "nonce": f"n-{seq}-{uuid7(at(seq))[-12:]}",
        "marking": "内部",
        "exercise": False,
        "body": {"number": f"川网指〔2026〕{seq}号", "kind": "verify", "title": "核查", "content": "请核查所列网站。"},
    }
    return Envelope(**fields | values)


class Side:
    """One party with records of its own. `down`, `mute` and the like are what happens on the way to it."""

    def __init__(self, folder: Path, us: str, peer: str, key: SignatureProvider, peer_key: SignatureProvider) -> None:
        folder.mkdir()
        self.table = table_in(folder)
        self.engine = self.table.desk.engine
        self.clock = self.table.clock
        settings = ProvinceLink(us=us, peer=peer, transport="https", url="http://peer.test")
        self.party = Party(settings, key, (pin(peer_key),), folder)
        with self.engine.begin() as connection:
            settle(connection, settings)

    def set(self, **values: Any) -> None:
        """Set the link up otherwise."""
        self.party = replace(self.party, settings=replace(self.party.settings, **values))
        with self.engine.begin() as connection:
            settle(connection, self.party.settings)

    def queue(self, kind: str, body: dict[str, Any], **values: Any) -> str:
        """Queue a message; its id."""
        with self.engine.begin() as connection:
            return enqueue(connection, kind, body, at=self.clock(), ref="test", **values)

    def states(self) -> list[str]:
        """The states of all messages of ours, in their order."""
        with self.engine.begin() as connection:
            return list(connection.execute(select(OUTBOX.c.state).order_by(OUTBOX.c.id)).scalars())

    def arrived(self) -> list[int]:
        """The numbers of the messages that came in, in the order in which they came."""
        with self.engine.begin() as connection:
            return list(connection.execute(select(INBOX.c.seq).order_by(INBOX.c.id)).scalars())

    def handle(self, hands: Mapping[str, Hand] = HANDS) -> int:
        """Deal with what came in."""
        return take_in(self.engine, self.engine, hands, self.clock)

    def send(self, line: Line, name: str = "one", most: int = 400, dead: str = "") -> int:
        """Send what is due over a line; `dead` is a process that is known to be gone."""
        sender = Sender(name, self.clock, lambda: 1.0, lambda other: other != dead)
        return drain(self.engine, self.party, line, sender, most)


@dataclass
class Line:
    """The way to a peer in this process, with what goes wrong on it."""

    to: Side
    down: bool = False
    # The message arrives, its receipt does not.
    mute: bool = False
    times: int = 1
    # Changes what is on the wire.
    spoil: Callable[[bytes], bytes] = bytes

    def carry(self, parcels: Sequence[Parcel]) -> Iterator[Carried]:
        for parcel in parcels:
            if self.down:
                raise Unreached("the line is cut")
            replies = [
                receive(self.to.engine, self.to.party, self.spoil(parcel.wire.encode()), self.to.clock(), "https")
                for _ in range(self.times)
            ]
            if self.mute:
                raise Unreached("the answer was lost")
            yield Carried(parcel.message_id, replies[-1].text.encode(), replies[-1].status)


def two_sides(folder: Path) -> tuple[Side, Side]:
    """Us and the province, each trusting the other's key."""
    return Side(folder / "us", US, PROVINCE, OURS, THEIRS), Side(folder / "province", PROVINCE, US, THEIRS, OURS)
