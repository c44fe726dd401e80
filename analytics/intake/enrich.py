"""What the inventory knows about each event: site, unit, county and direction, worked out once per distinct address."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from analytics.inventory.inventory import Inventory, Site
from sensors.contract.batch import EventBatch
from sensors.contract.fields import PROBE

# Where each dataset names the host that was asked for.
_HOST: Final = {"http": "url.domain", "log.web": "url.domain", "tls": "tls.client.server_name"}
# Datasets whose sender knows the site already: a probe was told, an import was said.
_NAMED: Final = (*PROBE, "log.web")
_PROBE_HOST: Final = ("url.domain", "dns.question.name")


def enrich(batch: EventBatch, inventory: Inventory) -> EventBatch:
    """The batch with site, unit, county and direction filled in from the inventory."""
    if not len(batch):
        return batch
    named = batch.dataset in _NAMED
    address, port = ("server.ip", "url.port") if batch.dataset in PROBE else ("destination.ip", "destination.port")
    columns = [
        _column(batch, "gongga.site.id" if named else ""),
        _host(batch),
        _column(batch, address),
        _column(batch, port),
        _column(batch, "source.ip"),
        _column(batch, "destination.ip"),
    ]
    distinct, rows = _distinct(columns)
    known = [_facts(inventory, *values) for values in distinct]
    taken = pa.array(rows)
    names = ("gongga.site.id", "gongga.unit.id", "gongga.county", "network.direction")
    return batch.replace(
        {
            name: pa.array([facts[place] for facts in known], type=pa.string()).take(taken)
            for place, name in enumerate(names)
        }
    )


def _facts(
    inventory: Inventory,
    named: str | None,
    host: str | None,
    address: str | None,
    port: int | None,
    source: str | None,
    destination: str | None,
) -> tuple[str | None, str | None, str | None, str | None]:
    direction = inventory.direction(source, destination) if source or destination else None
    site = _site(inventory, named, host, address, port)
    if site is None and direction == "outbound":
        site = inventory.site_at(None, source, None)
    if site is None:
        return None, None, None, direction
    return site.id, site.unit_id, site.county, direction


def _site(
    inventory: Inventory, named: str | None, host: str | None, address: str | None, port: int | None
) -> Site | None:
    if named and named in inventory.sites:
        return inventory.sites[named]
    return inventory.site_at(host, address, port)


def _host(batch: EventBatch) -> pa.ChunkedArray:
    if batch.dataset in PROBE:
        present = [name for name in _PROBE_HOST if name in batch.table.column_names]
        return _column(batch, present[0] if present else "")
    return _column(batch, _HOST.get(batch.dataset, ""))


def _column(batch: EventBatch, name: str) -> pa.ChunkedArray:
    if name in batch.table.column_names:
        return batch.table.column(name)
    return pa.chunked_array([pa.nulls(len(batch), pa.string())])


def _distinct(columns: list[pa.ChunkedArray]) -> tuple[list[tuple[Any, ...]], npt.NDArray[np.int64]]:
    """The distinct combinations of values, and which of them each row has."""
    rows = len(columns[0])
    place = np.zeros(rows, dtype=np.int64)
    for column in columns:
        encoded = pc.dictionary_encode(column.combine_chunks(), null_encoding="encode")
        codes = np.asarray(encoded.indices, dtype=np.int64)
        # Made dense after every column, so that the products stay far from 2⁶³.
        _, place = np.unique(place * len(encoded.dictionary) + codes, return_inverse=True)
    _, first = np.unique(place, return_index=True)
    picked = [column.take(pa.array(first)).to_pylist() for column in columns]
    return list(zip(*picked, strict=True)), place
