from __future__ import annotations

import random
from ipaddress import ip_network

from analytics.intake.enrich import enrich
from analytics.inventory.inventory import Network, build
from sensors.contract.batch import EventBatch
from tests.factories import batch
from tests.intake_bench import site

INVENTORY = build(
    [
        site(),
        site("kd-002", addresses=("10.0.3.2",), hosts=("kd-002.example",)),
        site("two-a", addresses=("10.0.3.9",), ports=(8081,), hosts=("a.example",)),
        site("two-b", addresses=("10.0.3.9",), ports=(8082,), hosts=("b.example",)),
    ],
    [Network(ip_network("10.0.0.0/8"), "州政务网", False)],
)


def sites(given: EventBatch) -> list[str | None]:
    return enrich(given, INVENTORY).column("gongga.site.id")


def test_an_exchange_belongs_to_the_host_that_was_asked_for_or_else_to_the_address() -> None:
    given = batch(
        "http",
        {"source.ip": "203.0.113.77", "destination.ip": "10.0.3.2", "url.domain": "kd-003.example"},
        {"source.ip": "203.0.113.77", "destination.ip": "10.0.3.2", "url.domain": "unheard-of.example"},
        {"source.ip": "203.0.113.77", "destination.ip": "192.0.2.9"},
    )

    done = enrich(given, INVENTORY)
    assert done.column("gongga.site.id") == ["kd-003", "kd-002", None]
    assert done.column("network.direction") == ["inbound", "inbound", "external"]
    assert done.column("gongga.unit.id") == ["u-kd-003", "u-kd-002", None]


def test_two_sites_on_one_address_are_told_apart_by_port() -> None:
    rows = [{"source.ip": "203.0.113.77", "destination.ip": "10.0.3.9", "destination.port": p} for p in (8081, 8082, 9)]

    assert sites(batch("flow", *rows)) == ["two-a", "two-b", None]


def test_what_a_server_sends_out_belongs_to_its_site_and_from_a_shared_address_to_none() -> None:
    given = batch(
        "flow",
        {"source.ip": "10.0.3.2", "destination.ip": "198.51.100.23", "destination.port": 443},
        {"source.ip": "10.0.3.9", "destination.ip": "198.51.100.23", "destination.port": 443},
        {"source.ip": "10.0.0.1", "destination.ip": "198.51.100.23", "destination.port": 443},
    )

    assert sites(given) == ["kd-002", None, None]
    assert set(enrich(given, INVENTORY).column("network.direction")) == {"outbound"}


def test_a_handshake_belongs_to_the_name_it_asks_for() -> None:
    assert sites(batch("tls", {"destination.ip": "10.0.3.9", "tls.client.server_name": "b.example"})) == ["two-b"]


def test_a_probe_says_itself_whom_it_looked_at_unless_there_is_no_such_site() -> None:
    given = batch(
        "probe.http",
        {"gongga.site.id": "kd-002", "url.domain": "kd-003.example"},
        {"gongga.site.id": "gone", "url.domain": "kd-003.example"},
        {"server.ip": "10.0.3.2", "url.port": 80},
    )

    assert sites(given) == ["kd-002", "kd-003", "kd-002"]


def test_traffic_does_not_say_itself_whose_it_is() -> None:
    assert sites(batch("flow", {"gongga.site.id": "kd-002", "destination.ip": "192.0.2.1"})) == [None]


def test_an_empty_batch_stays_empty() -> None:
    assert len(enrich(batch("flow"), INVENTORY)) == 0


def test_many_rows_get_what_each_row_alone_would_get() -> None:
    chance = random.Random(7)
    rows = [
        {
            "source.ip": chance.choice(["203.0.113.77", "10.0.3.2", None]),
            "destination.ip": chance.choice(["10.0.3.2", "10.0.3.9", "192.0.2.1", None]),
            "destination.port": chance.choice([80, 8081, 8082, None]),
            "url.domain": chance.choice(["a.example", "kd-003.example", "other.example", None]),
        }
        for _ in range(300)
    ]

    together = enrich(batch("http", *rows), INVENTORY)
    alone = [enrich(batch("http", row), INVENTORY) for row in rows]

    for name in ("gongga.site.id", "gongga.unit.id", "gongga.county", "network.direction"):
        assert together.column(name) == [one.column(name)[0] for one in alone]
    assert together.column("network.direction") == [
        INVENTORY.direction(row["source.ip"], row["destination.ip"])
        if row["source.ip"] or row["destination.ip"]
        else None
        for row in rows
    ]
