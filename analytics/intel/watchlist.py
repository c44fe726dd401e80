"""What is watched, built once for many batches: sets of values, each leading to its entries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Numbers: TypeAlias = npt.NDArray[np.int64]
# Up to so many distinct values are looked up one by one; more are handed to Arrow, which builds a table of our values
# each time (8 ms for 100 000).
ONE_BY_ONE: Final = 20_000
_OCTETS: Final = 4


@dataclass(frozen=True, slots=True)
class Entry:
    """One value of one indicator, with what an alert says of it."""

    indicator_id: str
    kind: str
    value: str
    name: str
    source: str
    confidence: int | None
    valid_from: datetime
    valid_until: datetime


@dataclass(frozen=True, slots=True)
class Known:
    """Values of one kind, each with the places of its entries."""

    places: dict[str, tuple[int, ...]]
    values: pa.Array

    def among(self, distinct: pa.Array) -> list[tuple[int, tuple[int, ...]]]:
        """Which of these distinct values are known: the number of each, and its entries."""
        if not self.places or not len(distinct):
            return []
        if len(distinct) > ONE_BY_ONE:
            rows = np.flatnonzero(np.asarray(pc.is_in(distinct, value_set=self.values)))
            found = distinct.take(pa.array(rows)).to_pylist()
            return [(int(row), self.places[value]) for row, value in zip(rows, found, strict=True)]
        places = self.places
        return [(row, places[value]) for row, value in enumerate(distinct.to_pylist()) if value in places]


@dataclass(frozen=True, slots=True)
class Watchlist:
    """Everything that is watched. `version` is that of the records it was read from."""

    version: int
    entries: Sequence[Entry]
    starts: Numbers
    ends: Numbers
    addresses: Known
    # networks of IPv4 by how many octets of an address lead to them
    octets: dict[int, Known]
    wide: tuple[tuple[IPv6Network, int], ...]
    # names by how many labels they have
    labels: dict[int, Known]
    urls: Known
    url_hosts: Known
    hashes: Known

    def addresses_among(self, distinct: pa.Array) -> list[tuple[int, tuple[int, ...]]]:
        """Entries met by distinct addresses, as themselves or as members of a network."""
        found = self.addresses.among(distinct)
        if self.octets:
            shorter = distinct
            for count in range(_OCTETS - 1, min(self.octets) - 1, -1):
                shorter = pc.replace_substring_regex(shorter, r"\.[^.]*$", "")
                if count in self.octets:
                    found += self.octets[count].among(shorter)
        if self.wide:
            six = np.flatnonzero(np.asarray(pc.fill_null(pc.match_substring(distinct, ":"), False)))
            for row, text in zip(six, distinct.take(pa.array(six)).to_pylist(), strict=True):
                found += [(int(row), (place,)) for network, place in self.wide if _is_in(text, network)]
        return found

    def names_among(self, distinct: pa.Array) -> list[tuple[int, tuple[int, ...]]]:
        """Entries met by distinct host names: the name itself, or one it lies below."""
        if not self.labels:
            return []
        plain = pc.utf8_rtrim(pc.utf8_lower(distinct), ".")
        found = []
        for count, known in self.labels.items():
            # The last so many labels; a name with fewer stays as it is and is found with those of its own length.
            last = pc.replace_substring_regex(plain, rf"^.*?((?:[^.]*\.){{{count - 1}}}[^.]*)$", r"\1")
            found += known.among(last)
        return found


@dataclass(slots=True)
class _Builder:
    places: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def add(self, value: str, place: int) -> None:
        self.places[value].append(place)

    def known(self) -> Known:
        return Known({value: tuple(found) for value, found in self.places.items()}, pa.array(self.places, pa.string()))


def build(entries: Sequence[Entry], version: int = 0, since: datetime | None = None) -> Watchlist:
    """A watch list of these entries; from `since` on they count even where their source says later."""
    addresses, urls, url_hosts, hashes = _Builder(), _Builder(), _Builder(), _Builder()
    octets: dict[int, _Builder] = defaultdict(_Builder)
    labels: dict[int, _Builder] = defaultdict(_Builder)
    wide: list[tuple[IPv6Network, int]] = []
    for place, entry in enumerate(entries):
        match entry.kind:
            case "ipv4" | "ipv6" if "/" not in entry.value:
                addresses.add(entry.value, place)
            case "ipv4":
                for count, prefix in _prefixes(ip_network(entry.value)):
                    (addresses if count == _OCTETS else octets[count]).add(prefix, place)
            case "ipv6":
                wide.append((IPv6Network(entry.value), place))
            case "domain":
                labels[entry.value.count(".") + 1].add(entry.value, place)
            case "url":
                urls.add(entry.value, place)
                url_hosts.add(entry.value.partition("/")[0], place)
            case "sha256":
                hashes.add(entry.value, place)
    return Watchlist(
        version=version,
        entries=entries,
        starts=_moments(min(entry.valid_from, since) if since else entry.valid_from for entry in entries),
        ends=_moments(entry.valid_until for entry in entries),
        addresses=addresses.known(),
        octets={count: builder.known() for count, builder in octets.items()},
        wide=tuple(wide),
        labels={count: builder.known() for count, builder in sorted(labels.items())},
        urls=urls.known(),
        url_hosts=url_hosts.known(),
        hashes=hashes.known(),
    )


def _prefixes(network: IPv4Network | IPv6Network) -> Iterable[tuple[int, str]]:
    """The networks by whole octets that one is made of, at most 128, as the octets they begin with."""
    count = -(-network.prefixlen // 8) or 1
    for part in network.subnets(new_prefix=8 * count):
        yield count, ".".join(str(part.network_address).split(".")[:count])


def _moments(times: Iterable[datetime]) -> Numbers:
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    return np.fromiter(((at - epoch) // _TICK for at in times), dtype=np.int64)


_TICK: Final = datetime.resolution


def _is_in(text: str, network: IPv6Network) -> bool:
    try:
        return ip_address(text) in network
    except ValueError:
        return False
