"""Events meet the watch list: one pass over the columns of a batch, in Arrow and numpy; no object per event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analytics.alerts.claim import MOST_EVENTS
from analytics.intel.watchlist import Numbers, Watchlist
from sensors.contract.fields import DATASETS, WEB, WIRE, fields_of


@dataclass(frozen=True, slots=True)
class Place:
    """A column that is looked at: what its values are, how being met there is called, where the other side stands."""

    column: str
    kind: str
    role: str
    peer: str | None


@dataclass(frozen=True, slots=True)
class Met:
    """One entry met in one way on one site: what was seen, the other side, when, how often, in which events."""

    entry: int
    role: str
    site_id: str | None
    seen: str
    seen_count: int
    peer: str | None
    peers: int
    first: datetime
    last: datetime
    count: int
    events: tuple[str, ...]


_ENDS: Final = (
    Place("source.ip", "address", "inbound", "destination.ip"),
    Place("destination.ip", "address", "outbound", "source.ip"),
)
_PLACES: Final = {
    **dict.fromkeys((*WIRE, "log.web"), _ENDS),
    "http": (*_ENDS, Place("url.domain", "name", "asked", "source.ip")),
    "log.web": (*_ENDS, Place("url.domain", "name", "asked", "source.ip")),
    "tls": (*_ENDS, Place("tls.client.server_name", "name", "asked", "source.ip")),
    "dns": (
        *_ENDS,
        Place("dns.question.name", "name", "asked", "source.ip"),
        Place("dns.resolved_ip", "address", "resolved", "source.ip"),
    ),
    "probe.dns": (Place("dns.resolved_ip", "address", "hijacked", "dns.question.name"),),
    "probe.tls": (Place("tls.server.hash.sha256", "hash", "served", None),),
    "probe.content": (
        Place("gongga.page.hidden_hosts", "name", "linked", None),
        Place("gongga.page.new_script_hosts", "name", "linked", None),
        Place("gongga.page.body_hash", "hash", "served", None),
    ),
}
_TIME: Final = pa.timestamp("us", tz="UTC")


def columns_of(dataset: str) -> tuple[str, ...]:
    """The columns that `meet` reads of a dataset; none when it watches nothing there."""
    places = _PLACES.get(dataset, ())
    if not places:
        return ()
    web = ("url.path", "url.query") if dataset in WEB else ()
    named = [name for place in places for name in (place.column, place.peer) if name]
    always = ("@timestamp", "event.id", "gongga.site.id", "network.direction")
    carried = {field.name for field in fields_of(dataset)}
    return tuple(name for name in dict.fromkeys((*always, *named, *web)) if name in carried)


WATCHED: Final = tuple(dataset for dataset in DATASETS if columns_of(dataset))


def meet(dataset: str, table: pa.Table, watch: Watchlist) -> list[Met]:
    """Which entries these events meet, each in its time."""
    if not watch.entries or not table.num_rows:
        return []
    at = np.asarray(table.column("@timestamp").cast(pa.int64()).fill_null(-1), dtype=np.int64)
    met: list[Met] = []
    for place in _PLACES.get(dataset, ()):
        if place.column not in table.column_names:
            continue
        rows, distinct, codes = _values(table.column(place.column))
        pairs = _known(place.kind, distinct, watch)
        met += _gathered(table, place, watch, at, rows, codes, distinct, pairs)
    if dataset in WEB and watch.urls.places:
        met += _addresses_of_pages(table, watch, at)
    return met


def _values(column: pa.ChunkedArray) -> tuple[Numbers | None, pa.Array, Numbers]:
    """The distinct values of a column, which of them each has, and the rows they stand in when it is one of lists."""
    array = column.combine_chunks()
    rows: Numbers | None = None
    if pa.types.is_list(array.type):
        rows = np.asarray(pc.list_parent_indices(array), dtype=np.int64)
        array = pc.list_flatten(array)
    encoded = pc.dictionary_encode(array)
    return rows, encoded.dictionary, np.asarray(pc.fill_null(encoded.indices, -1), dtype=np.int64)


def _known(kind: str, distinct: pa.Array, watch: Watchlist) -> list[tuple[int, tuple[int, ...]]]:
    if kind == "address":
        return watch.addresses_among(distinct)
    if kind == "name":
        return watch.names_among(distinct)
    return watch.hashes.among(pc.utf8_lower(distinct))


def _addresses_of_pages(table: pa.Table, watch: Watchlist, at: Numbers) -> list[Met]:
    """Host, path and query together; put together only where the host is one that is watched for."""
    _, hosts, codes = _values(table.column("url.domain"))
    wanted = [row for row, _ in watch.url_hosts.among(hosts)]
    rows = np.flatnonzero(np.isin(codes, wanted)) if wanted else np.array([], dtype=np.int64)
    if not len(rows):
        return []
    part = table.take(pa.array(rows))
    path = pc.fill_null(part.column("url.path"), "/")
    query = pc.binary_join_element_wise("?", part.column("url.query"), "", null_handling="emit_null")
    full = pc.binary_join_element_wise(part.column("url.domain"), path, pc.fill_null(query, ""), "")
    empty = pc.equal(part.column("url.query"), "")
    full = pc.if_else(pc.fill_null(empty, False), pc.utf8_rtrim(full, "?"), full)
    _, distinct, codes = _values(full)
    place = Place("url.path", "url", "asked", "source.ip")
    return _gathered(part, place, watch, at[rows], None, codes, distinct, watch.urls.among(distinct))


def _gathered(
    table: pa.Table,
    place: Place,
    watch: Watchlist,
    at: Numbers,
    rows: Numbers | None,
    codes: Numbers,
    distinct: pa.Array,
    pairs: Sequence[tuple[int, tuple[int, ...]]],
) -> list[Met]:
    """Rows that have a known value, once for each entry that was valid then, counted by entry, site and direction."""
    if not pairs:
        return []
    owners: dict[int, list[int]] = {}
    for code, entries in pairs:
        owners.setdefault(code, []).extend(entries)
    flags = np.zeros(len(distinct) + 1, dtype=bool)
    flags[list(owners)] = True
    hits = np.flatnonzero(flags[codes])
    order = sorted(owners)
    slot = np.full(len(distinct) + 1, -1, dtype=np.int64)
    slot[order] = np.arange(len(order))
    counts = np.array([len(set(owners[code])) for code in order], dtype=np.int64)
    flat = np.array([entry for code in order for entry in sorted(set(owners[code]))], dtype=np.int64)
    begins = np.cumsum(counts) - counts
    slots = slot[codes[hits]]
    times = counts[slots]
    each = np.repeat(hits, times)
    inside = np.arange(len(each)) - np.repeat(np.cumsum(times) - times, times)
    entry = flat[np.repeat(begins[slots], times) + inside]
    row = each if rows is None else rows[each]
    valid = (watch.starts[entry] <= at[row]) & (at[row] < watch.ends[entry])
    return _counted(table, place, entry[valid], row[valid], distinct.take(pa.array(codes[each[valid]])))


def _counted(table: pa.Table, place: Place, entry: Numbers, row: Numbers, seen: pa.Array) -> list[Met]:
    if not len(entry):
        return []
    take = pa.array(row)
    columns = {
        "entry": pa.array(entry),
        "site": table.column("gongga.site.id").take(take),
        "direction": _column(table, "network.direction").take(take),
        "at": table.column("@timestamp").take(take).cast(_TIME),
        "id": table.column("event.id").take(take),
        "peer": _column(table, place.peer).take(take),
        "seen": seen,
    }
    grouped = pa.table(columns).group_by(["entry", "site", "direction"], use_threads=False)
    found = grouped.aggregate(
        [
            *(("at", "min"), ("at", "max"), ("id", "list"), ("id", "count_distinct")),
            *(("peer", "min"), ("peer", "count_distinct"), ("seen", "min"), ("seen", "count_distinct")),
        ]
    )
    firsts = pc.list_slice(found.column("id_list").combine_chunks(), 0, 4 * MOST_EVENTS).to_pylist()
    return [_met(place, one, ids) for one, ids in zip(found.drop_columns(["id_list"]).to_pylist(), firsts, strict=True)]


def _met(place: Place, one: dict[str, Any], ids: list[str | None]) -> Met:
    named = place.role == "asked" and one["direction"] == "inbound"
    return Met(
        entry=one["entry"],
        role="named" if named else place.role,
        site_id=one["site"],
        seen=one["seen_min"],
        seen_count=one["seen_count_distinct"],
        peer=one["peer_min"],
        peers=one["peer_count_distinct"],
        first=one["at_min"],
        last=one["at_max"],
        count=one["id_count_distinct"],
        events=tuple(dict.fromkeys(event for event in ids if event))[:MOST_EVENTS],
    )


def _column(table: pa.Table, name: str | None) -> pa.ChunkedArray:
    if name in table.column_names:
        return table.column(name)
    return pa.chunked_array([pa.nulls(table.num_rows, pa.string())])
