"""Payloads of many connections as batches of http, dns and tls events."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sensors.contract.batch import EventBatch
from sensors.flow import layout
from sensors.flow.dns import DnsConversation
from sensors.flow.http import HttpConversation
from sensors.flow.settings import MeterSettings
from sensors.flow.tls import TlsConversation

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Ends:
    """Who talks: the source is side 0, the destination side 1."""

    source_ip: str
    source_port: int
    destination_ip: str
    destination_port: int
    transport: str
    type: str
    community_id: str
    vlan: str | None = None

    def columns(self) -> dict[str, Any]:
        """The columns every row of the conversation has."""
        return {
            "source.ip": self.source_ip,
            "source.port": self.source_port,
            "destination.ip": self.destination_ip,
            "destination.port": self.destination_port,
            "network.transport": self.transport,
            "network.type": self.type,
            "network.community_id": self.community_id,
            "network.vlan.id": self.vlan,
        }


@dataclass(slots=True)
class Conversation:
    """One connection: its ends, and the reader of its protocol once that is known."""

    ends: Ends
    dataset: str = ""
    reader: HttpConversation | DnsConversation | TlsConversation | None = None


class Conversations:
    """Every conversation that is open, the oldest closed when there are too many."""

    def __init__(self, settings: MeterSettings) -> None:
        self._settings = settings
        self._open: OrderedDict[int, Conversation] = OrderedDict()
        self._rows: dict[str, list[dict[str, Any]]] = {}

    @property
    def waiting(self) -> int:
        """Rows that are ready."""
        return sum(map(len, self._rows.values()))

    def open(self, conversation: int, ends: Ends) -> None:
        """Begin a conversation; its payloads follow."""
        if len(self._open) >= self._settings.max_conversations:
            self.close(next(iter(self._open)))
        self._open[conversation] = Conversation(ends)

    def take(
        self, conversation: int, side: int, sequence: int, time: int, application: int, start: bool, payload: bytes
    ) -> None:
        """Take one transport payload; one of a conversation that was closed for lack of room is left out."""
        one = self._open.get(conversation)
        if one is None:
            return
        if one.reader is None:
            self._begin(one, application)
        if isinstance(one.reader, DnsConversation):
            self._keep(one, one.reader.take(side, sequence, time, one.ends.transport == "tcp", payload))
        elif one.reader is not None:
            self._keep(one, one.reader.take(side, sequence, time, start, payload))

    def close(self, conversation: int) -> None:
        """The flow ended: what is still open becomes rows."""
        one = self._open.pop(conversation, None)
        if one is not None and one.reader is not None:
            self._keep(one, one.reader.close())

    def flush(self) -> None:
        """The input is at its end."""
        while self._open:
            self.close(next(iter(self._open)))

    def batches(self) -> list[EventBatch]:
        """What is ready since the last call, at most one batch a dataset, rows by time."""
        found = []
        for dataset, rows in self._rows.items():
            rows.sort(key=lambda row: row["start"])
            found.append(_batch(dataset, rows))
        self._rows = {}
        return found

    def _begin(self, one: Conversation, application: int) -> None:
        if application == layout.HTTP:
            one.dataset, one.reader = "http", HttpConversation(self._settings)
        elif application == layout.DNS:
            one.dataset, one.reader = "dns", DnsConversation()
        elif application == layout.TLS:
            one.dataset, one.reader = "tls", TlsConversation(self._settings)

    def _keep(self, one: Conversation, rows: Iterable[dict[str, Any]]) -> None:
        for row in rows:
            self._rows.setdefault(one.dataset, []).append({**one.ends.columns(), **row})


def _batch(dataset: str, rows: list[dict[str, Any]]) -> EventBatch:
    names = {name for row in rows for name in row} - {"start", "end"}
    columns: dict[str, Any] = {name: [row.get(name) for row in rows] for name in sorted(names)}
    starts = [_EPOCH + timedelta(microseconds=row["start"]) for row in rows]
    columns |= {
        "@timestamp": starts,
        "event.kind": ["event"] * len(rows),
        "event.start": starts,
        "event.end": [_EPOCH + timedelta(microseconds=row["end"]) for row in rows],
        "event.duration": [(row["end"] - row["start"]) * 1000 for row in rows],
    }
    return EventBatch.from_columns(dataset, columns)
