"""How messages are carried."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from unittest import mock

import pytest

from console.intelligence.taxii.client import Remote
from console.office.http import Unreached
from console.office.settings import ProvinceLink
from console.province.envelope import seal
from console.province.package import out_folder
from console.province.party import Party
from console.province.transports import TRANSPORTS, Carried, Https, Parcel, transport_of
from tests.console.province.linkside import OURS, THEIRS, envelope, pin
from tests.intel_values import bundle, indicator, stix_id
from tests.taxii_counterparts import medallion

PARCEL = Parcel("m-1", "heartbeat", 1, "内部", '{"said": "你好"}')


def test_https_posts_the_very_bytes_to_the_peers_address() -> None:
    seen: list[tuple[str, bytes]] = []

    class Peer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            seen.append((self.path, self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(409)
            self.end_headers()
            self.wfile.write(b"answer")

        def log_message(self, *_: object) -> None:
            """Tests say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Peer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        (carried,) = Https(f"http://127.0.0.1:{server.server_port}/").carry([PARCEL])
    finally:
        server.shutdown()
        server.server_close()

    assert seen == [("/link/messages", PARCEL.wire.encode())]
    assert (carried.message_id, carried.answer, carried.status) == ("m-1", b"answer", 409)


def test_a_peer_that_is_away_is_unreached() -> None:
    with pytest.raises(Unreached):
        list(Https("http://127.0.0.1:9").carry([PARCEL]))


def side(folder: Path, **values: object) -> Party:
    return Party(ProvinceLink(**values), OURS, (pin(THEIRS),), folder)  # type: ignore[arg-type]


def test_a_package_is_one_file_for_all_and_brings_no_answer(tmp_path: Path) -> None:
    parcels = [Parcel(f"m-{seq}", "x", seq, "内部", seal(envelope(seq), OURS)[0]) for seq in (1, 2)]

    carried = list(transport_of(side(tmp_path)).carry(parcels))

    assert [(one.message_id, one.answer) for one in carried] == [("m-1", None), ("m-2", None)]
    assert [path.name for path in out_folder(tmp_path).iterdir()] == ["gz-513300_sc-510000_000001-000002.zip"]


@pytest.mark.filterwarnings("ignore::DeprecationWarning:medallion", "ignore::DeprecationWarning:flask")
def test_taxii_puts_intelligence_into_the_collection_and_every_envelope_goes_by_https(tmp_path: Path) -> None:
    seen: list[str] = []

    def listening(self: Https, parcels: Sequence[Parcel]) -> Iterator[Carried]:
        seen.extend(parcel.message_id for parcel in parcels)
        yield from (Carried(parcel.message_id, b"receipt") for parcel in parcels)

    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "province").write_text("user:pass")
    shared = envelope(2, kind="intel_share", body={"bundle": bundle(indicator(1)), "share": "sh-1"})
    parcels = [PARCEL, Parcel("m-2", "intel_share", 2, "内部", seal(shared, OURS)[0])]
    with medallion() as url, mock.patch.object(Https, "carry", listening):
        link = {"transport": "taxii", "url": "http://peer.test", "collection": url, "collection_secret": "province"}
        carried = list(transport_of(side(tmp_path, **link)).carry(parcels))
        kept = [one["id"] for page in Remote(url, "user:pass").pages() for one in page.objects]
        # One that would not have it holds nothing up.
        (tmp_path / "keys" / "province").write_text("user:wrong")
        again = list(transport_of(side(tmp_path, **link)).carry(parcels[1:]))

    assert kept == [stix_id(1)]
    assert [one.message_id for one in (*carried, *again)] == seen == ["m-1", "m-2", "m-2"]
    with pytest.raises(ValueError, match="address of a collection"):
        transport_of(side(tmp_path, transport="taxii", url="http://peer.test"))


def test_a_transport_that_does_not_exist_or_has_no_address_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="'pigeon' is not known"):
        transport_of(side(tmp_path, transport="pigeon"))
    with pytest.raises(ValueError, match="must be the address of"):
        transport_of(side(tmp_path, transport="https", url="ftp://x"))
    assert set(TRANSPORTS) == {"https", "taxii", "package"}
