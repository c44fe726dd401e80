"""What the inventory knows about each event: site, unit, county and direction, worked out once per distinct address."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from analytics.inventory.inventory import Inventory, Site
from sensors.contract.batch import EventBatch
from sensors.contract.fields import PROBE

# Where each dataset names the host that was asked for.
_HOST: Final = {"http": "url.domain", "log.web": "url.domain", "tls": "tls.client.server_name"}
_PROBE_HOST: Final = ("url.domain", "dns.question.name")
# Datasets whose sender knows the site already: a probe was told, an import was said.
_NAMED: Final = (*PROBE, "log.web")
# By whether the source is ours (2) and the destination is (1); without any address there is no direction (4).
_DIRECTIONS: Final = ("external", "inbound", "outbound", "internal", None)
_OUTBOUND: Final = 2
_NONE: Final = 4

Numbers: TypeAlias = npt.NDArray[np.int64]


def enrich(batch: EventBatch, inventory: Inventory) -> EventBatch:
    """The batch with site, unit, county and direction filled in from the inventory."""
    if not len(batch):
        return batch
    direction = _directions(batch, inventory)
    known: list[Site | None] = [None, *inventory.sites.values()]
    places = {one.id: place for place, one in enumerate(known) if one is not None}
    site = _sites(batch, inventory, places)
    # What a server of ours sends out concerns its own site.
    sending = _by_source(batch, inventory, places)
    site = np.where((site == 0) & (direction == _OUTBOUND), sending, site)
    return batch.replace(
        {
            "gongga.site.id": _taken([one.id if one else None for one in known], site),
            "gongga.unit.id": _taken([one.unit_id if one else None for one in known], site),
            "gongga.county": _taken([one.county if one else None for one in known], site),
            "network.direction": _taken(_DIRECTIONS, direction),
        }
    )


def _directions(batch: EventBatch, inventory: Inventory) -> Numbers:
    """For each row the place of its direction."""
    source, destination = _column(batch, "source.ip"), _column(batch, "destination.ip")
    ours = 2 * _each(source, inventory.is_ours) + _each(destination, inventory.is_ours)
    absent = np.asarray(pc.and_(pc.is_null(source), pc.is_null(destination)))
    return np.where(absent, _NONE, ours)


def _sites(batch: EventBatch, inventory: Inventory, places: Mapping[str, int]) -> Numbers:
    """For each row the place of the site that it concerns; 0 for none."""
    address, port = ("server.ip", "url.port") if batch.dataset in PROBE else ("destination.ip", "destination.port")
    named = "gongga.site.id" if batch.dataset in _NAMED else ""
    distinct, rows = _distinct([_column(batch, name) for name in (named, _host(batch), address, port)])
    return _placed((_site(inventory, *values) for values in distinct), places)[rows]


def _by_source(batch: EventBatch, inventory: Inventory, places: Mapping[str, int]) -> Numbers:
    """For each row the place of the site whose address it came from; 0 for none."""
    distinct, rows = _distinct([_column(batch, "source.ip")])
    return _placed((inventory.site_at(None, address, None) for (address,) in distinct), places)[rows]


def _placed(sites: Iterable[Site | None], places: Mapping[str, int]) -> Numbers:
    return np.array([places[one.id] if one is not None else 0 for one in sites], dtype=np.int64)


def _site(
    inventory: Inventory, named: str | None, host: str | None, address: str | None, port: int | None
) -> Site | None:
    if named and named in inventory.sites:
        return inventory.sites[named]
    return inventory.site_at(host, address, port)


def _host(batch: EventBatch) -> str:
    if batch.dataset in PROBE:
        return next((name for name in _PROBE_HOST if name in batch.table.column_names), "")
    return _HOST.get(batch.dataset, "")


def _column(batch: EventBatch, name: str) -> pa.ChunkedArray:
    if name in batch.table.column_names:
        return batch.table.column(name)
    return pa.chunked_array([pa.nulls(len(batch), pa.string())])


def _each(column: pa.ChunkedArray, ask: Callable[[str | None], bool]) -> Numbers:
    """For each row 1 or 0, asked once per distinct value."""
    distinct, rows = _distinct([column])
    return np.array([int(ask(value)) for (value,) in distinct], dtype=np.int64)[rows]


def _taken(values: Sequence[str | None], places: Numbers) -> pa.Array:
    return pa.array(values, type=pa.string()).take(pa.array(places))


def _distinct(columns: list[pa.ChunkedArray]) -> tuple[list[tuple[Any, ...]], Numbers]:
    """The distinct combinations of values, and which of them each row has."""
    place = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        encoded = pc.dictionary_encode(column.combine_chunks(), null_encoding="encode")
        codes = np.asarray(encoded.indices, dtype=np.int64)
        # Made dense after every column, so that the products stay far from 2⁶³.
        _, place = np.unique(place * len(encoded.dictionary) + codes, return_inverse=True)
    _, first = np.unique(place, return_index=True)
    picked = [column.take(pa.array(first)).to_pylist() for column in columns]
    return list(zip(*picked, strict=True)), place
