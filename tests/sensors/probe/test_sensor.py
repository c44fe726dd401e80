"""The sensor as a whole: one round now, and the scope file while it runs."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sensors.contract.batch import EventBatch
from sensors.probe.scope import ScopeError, public_pem, sign
from sensors.probe.sensor import ScopeFile, entry_for, once, run
from tests.probe_values import SETTINGS, document, home, scope, serving

KEY = Ed25519PrivateKey.generate()


async def test_one_round_gives_events_of_every_family() -> None:
    got: list[EventBatch] = []
    async with serving({"/": home()}) as site:
        definite = await once([site.url], scope(site.port), SETTINGS, got.append)

    assert {batch.dataset for batch in got} >= {"probe.http", "probe.content", "probe.exposure"}
    assert definite > 0


async def test_an_address_outside_the_scope_stops_before_anything_is_sent() -> None:
    async with serving(home()) as site:
        with pytest.raises(ScopeError, match="scope"):
            await once([site.url, "http://other.example/"], scope(site.port), SETTINGS, lambda batch: None)

        assert site.asked == []


async def test_a_running_sensor_hands_over_what_it_saw(tmp_path: Path) -> None:
    stop = asyncio.Event()
    got: list[EventBatch] = []

    def take(batch: EventBatch) -> None:
        got.append(batch)
        stop.set()

    async with serving(home()) as site, asyncio.timeout(20):
        await run(scope(site.port), tmp_path, take, SETTINGS, stop)

    assert got


async def test_a_scope_with_a_broken_signature_does_not_start(tmp_path: Path) -> None:
    path = tmp_path / "scope.json"
    path.write_bytes(sign(document(80), KEY).replace(b"U-1", b"U-2"))

    with pytest.raises(ScopeError, match="changed"):
        await run(path, tmp_path, lambda batch: None, SETTINGS, asyncio.Event(), public_pem(KEY))


def test_a_scope_that_is_spoilt_while_running_stops_the_probing(tmp_path: Path) -> None:
    path = tmp_path / "scope.json"
    path.write_bytes(sign(document(80), KEY))
    file = ScopeFile(path, public_pem(KEY), lambda: datetime.now(UTC))

    assert file.current() is not None
    path.write_bytes(b"{}" * 9)
    assert file.current() is None


def test_an_address_becomes_the_home_page_of_its_entry() -> None:
    entry = entry_for("http://127.0.0.1:80/x", scope(80), datetime.now(UTC))

    assert entry.urls[0] == "http://127.0.0.1:80/x"
