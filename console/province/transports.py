"""How sealed messages get to the peer: one table. A transport carries; it neither signs nor decides."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from console.intelligence.taxii.client import Declined, Remote, check_url
from console.office.http import ask
from console.province.package import write_package
from console.province.party import Party

_LOG: Final = logging.getLogger(__name__)
TIMEOUT: Final = 5.0
_MOST_ANSWER: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class Parcel:
    """A sealed message on its way."""

    message_id: str
    kind: str
    seq: int
    marking: str
    wire: str


@dataclass(frozen=True, slots=True)
class Carried:
    """A message that was handed over: what the peer answered, or None when its receipt comes another way."""

    message_id: str
    answer: bytes | None
    status: int = 200


class Transport(Protocol):
    """Carries parcels in their order. Unreached when the peer cannot be reached; what was yielded before is done."""

    def carry(self, parcels: Sequence[Parcel]) -> Iterator[Carried]: ...


@dataclass(frozen=True, slots=True)
class Https:
    """Posts each message to the peer's `/link/messages`; the answer is its signed receipt."""

    url: str

    def carry(self, parcels: Sequence[Parcel]) -> Iterator[Carried]:
        address = f"{self.url.rstrip('/')}/link/messages"
        for parcel in parcels:
            headers = {"content-type": "application/json"}
            answer = ask("POST", address, parcel.wire.encode(), headers, timeout=TIMEOUT, most=_MOST_ANSWER)
            yield Carried(parcel.message_id, answer.body, answer.status)


@dataclass(frozen=True, slots=True)
class Package:
    """Writes all of them into one signed file that somebody carries; receipts come back in another."""

    party: Party

    def carry(self, parcels: Sequence[Parcel]) -> Iterator[Carried]:
        if parcels:
            write_package(
                self.party, [parcel.wire for parcel in parcels], f"{parcels[0].seq:06d}-{parcels[-1].seq:06d}"
            )
        for parcel in parcels:
            yield Carried(parcel.message_id, None)


@dataclass(frozen=True, slots=True)
class Taxii:
    """Puts what is intelligence into the peer's TAXII 2.1 collection; every envelope goes by https, for its receipt.

    A collection that would not have it does not hold the link up: the envelope carries the same bundle.
    """

    party: Party

    def carry(self, parcels: Sequence[Parcel]) -> Iterator[Carried]:
        https = Https(self.party.settings.url)
        for parcel in parcels:
            if parcel.kind == "intel_share":
                self._push(parcel)
            yield from https.carry([parcel])

    def _push(self, parcel: Parcel) -> None:
        settings = self.party.settings
        try:
            secret = (self.party.root / "keys" / settings.collection_secret).read_text("utf-8").strip()
        except OSError:
            secret = ""
        objects = json.loads(parcel.wire)["envelope"]["body"].get("bundle", {}).get("objects", [])
        try:
            Remote(settings.collection, secret).push(objects)
        except Declined as error:
            _LOG.warning("%s: %s; the envelope alone carries it", parcel.message_id, error)


TRANSPORTS: Final[Mapping[str, Callable[[Party], Transport]]] = {
    "https": lambda party: Https(party.settings.url),
    "taxii": Taxii,
    "package": Package,
}


def transport_of(party: Party) -> Transport:
    """The transport that the office set. ValueError for one that does not exist or lacks its address."""
    name = party.settings.transport
    if name not in TRANSPORTS:
        raise ValueError(f"the transport {name!r} is not known; use one of {', '.join(TRANSPORTS)}")
    if name != "package" and not party.settings.url.startswith(("https://", "http://")):
        raise ValueError("province.url must be the address of the province's receiver, beginning with https://")
    if name == "taxii":
        check_url(party.settings.collection)
    return TRANSPORTS[name](party)
