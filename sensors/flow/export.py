"""Written flows as batches of the `flow` dataset, column by column."""

from __future__ import annotations

import socket
from typing import Any, Final

import numpy as np
import pyarrow as pa

from sensors.contract.batch import EventBatch
from sensors.flow import layout as of
from sensors.flow.community_id import community_id

TRANSPORTS: Final = {1: "icmp", 6: "tcp", 17: "udp", 58: "ipv6-icmp"}
WITH_PORTS: Final = frozenset({1, 6, 17, 58, 132})
_TCP, _UDP = 6, 17
_SILENT: Final = (of.INACTIVE, of.PARTIAL)


class Names:
    """Texts of addresses, made once for each: what is asked for again is remembered, up to a limit."""

    def __init__(self, limit: int = 200_000) -> None:
        self._limit = limit
        self._known: dict[tuple[int, int, int], tuple[str, bytes]] = {}

    def of(self, high: int, low: int, version: int) -> tuple[str, bytes]:
        """Text and packed bytes of an address."""
        key = (high, low, version)
        found = self._known.get(key)
        if found is None:
            packed = packed_address(high, low, version)
            found = socket.inet_ntop(socket.AF_INET if version == 4 else socket.AF_INET6, packed), packed
            if len(self._known) >= self._limit:
                self._known.clear()
            self._known[key] = found
        return found


def packed_address(high: int, low: int, version: int) -> bytes:
    """An address in network order."""
    if version == 4:
        return (low & 0xFFFFFFFF).to_bytes(4, "big")
    return (high & (1 << 64) - 1).to_bytes(8, "big") + (low & (1 << 64) - 1).to_bytes(8, "big")


def ends_of(row: Any, names: Names) -> dict[str, Any]:
    """Addresses, ports, transport and community id of one flow, from its source's side, under their field names."""
    kind, ports = int(row[of.KIND]), int(row[of.PORTS])
    protocol, version, one_way = kind & 255, kind >> 8 & 15, bool(kind >> 12 & 1)
    a = (*names.of(int(row[of.A_HIGH]), int(row[of.A_LOW]), version), ports >> 16)
    b = (*names.of(int(row[of.B_HIGH]), int(row[of.B_LOW]), version), ports & 0xFFFF)
    source, target = (b, a) if row[of.ORIGIN] else (a, b)
    seen = (source[2], target[2]) if protocol in WITH_PORTS else None
    vlan = int(row[of.VLAN])
    return {
        "source.ip": source[0],
        "source.port": seen[0] if seen else None,
        "destination.ip": target[0],
        "destination.port": seen[1] if seen else None,
        "network.transport": TRANSPORTS.get(protocol, str(protocol)),
        "network.type": f"ipv{version}",
        "network.community_id": community_id(source[1], target[1], seen, protocol, one_way=one_way),
        "network.vlan.id": str(vlan) if vlan >= 0 else None,
    }


def flow_batch(done: of.Ints, intervals: of.Reals, names: Names, sensor: str) -> EventBatch:
    """The batch of written flows, in the order they were written."""
    ends = [ends_of(row, names) for row in done]
    columns: dict[str, Any] = {name: [one[name] for one in ends] for name in (ends[0] if ends else ())}
    first, last = done[:, of.FIRST], done[:, of.LAST]
    packets = done[:, of.PACKETS] + done[:, of.PACKETS_BACK]
    start, end = pa.array(first, pa.timestamp("us", tz="UTC")), pa.array(last, pa.timestamp("us", tz="UTC"))
    gaps = packets - 1
    spread = np.sqrt(np.maximum(0.0, intervals[:, of.SQUARES]) / np.maximum(1, gaps))
    columns |= {
        "@timestamp": start,
        "event.kind": ["event"] * len(done),
        "event.start": start,
        "event.end": end,
        "event.duration": (last - first) * 1000,
        "observer.name": [sensor] * len(done),
        "network.iana_number": [str(kind & 255) for kind in done[:, of.KIND].tolist()],
        "network.protocol": [of.APPLICATIONS[code] or None for code in done[:, of.APPLICATION].tolist()],
        "network.packets": packets,
        "network.bytes": done[:, of.BYTES] + done[:, of.BYTES_BACK],
        "source.packets": done[:, of.PACKETS],
        "source.bytes": done[:, of.BYTES],
        "destination.packets": done[:, of.PACKETS_BACK],
        "destination.bytes": done[:, of.BYTES_BACK],
        "gongga.flow.state": [state_name(row) for row in done],
        "gongga.flow.history": [history(row) or None for row in done],
        "gongga.flow.end_reason": [of.REASONS[code] for code in done[:, of.REASON].tolist()],
        "gongga.flow.source.payload_bytes": done[:, of.PAYLOAD],
        "gongga.flow.destination.payload_bytes": done[:, of.PAYLOAD_BACK],
        "gongga.flow.source.tcp_flags": done[:, of.FLAGS],
        "gongga.flow.destination.tcp_flags": done[:, of.FLAGS_BACK],
        "gongga.flow.rtt": [rtt - 1 if rtt else None for rtt in done[:, of.RTT].tolist()],
        "gongga.flow.packet_size.min": done[:, of.SMALLEST],
        "gongga.flow.packet_size.max": done[:, of.LARGEST],
        "gongga.flow.interval.mean": pa.array(intervals[:, of.MEAN], mask=gaps < 1),
        "gongga.flow.interval.stddev": pa.array(spread, mask=gaps < 1),
        "gongga.tunnel": [tunnels(code) for code in done[:, of.TUNNEL].tolist()],
    }
    return EventBatch.from_columns("flow", columns)


def state_name(row: Any) -> str | None:
    """How a flow ended, in the words of Zeek's conn_state."""
    protocol = int(row[of.KIND]) & 255
    if protocol == _TCP:
        return tcp_state(int(row[of.STATE]), int(row[of.STATE_BACK]))
    if protocol == _UDP:
        sent, answered = bool(row[of.PAYLOAD]), bool(row[of.PAYLOAD_BACK])
        return ("SF" if answered else "S0") if sent else ("SHR" if answered else "OTH")
    return "OTH"


def tcp_state(source: int, target: int) -> str:
    """The same from the states of the two ends."""
    if of.RESET in (source, target):
        if target == of.RESET:
            refused = source == of.SYN_SENT
            return "REJ" if refused else "RSTRH" if source in _SILENT else "RSTR"
        return "RSTOS0" if target in _SILENT else "RSTO"
    if source == of.ENDED:
        return "SF" if target == of.ENDED else "SH" if target in _SILENT else "S2"
    if target == of.ENDED:
        return "SHR" if source in _SILENT else "S3"
    if source == of.SYN_SENT and target == of.INACTIVE:
        return "S0"
    return "S1" if source == target == of.ESTABLISHED else "OTH"


def history(row: Any) -> str:
    """The letters of a flow in the order they were first seen, capitals from the source."""
    words = int(row[of.HISTORY]), int(row[of.HISTORY_MORE])
    text = []
    for place in range(min(int(row[of.LETTERS]), 2 * of.LETTERS_A_WORD)):
        code = words[place // of.LETTERS_A_WORD] >> (5 * (place % of.LETTERS_A_WORD)) & 31
        name = of.LETTER_NAMES[code >> 1]
        text.append(name if code & 1 else name.upper())
    return "".join(text)


def tunnels(code: int) -> str | None:
    """The encapsulations that were removed, outermost first."""
    found = []
    while code > 0:
        found.append(of.TUNNELS[code & 15])
        code >>= 4
    return "/".join(found) or None
