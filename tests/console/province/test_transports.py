"""How messages are carried."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from console.office.http import Unreached
from console.office.settings import ProvinceLink
from console.province.envelope import seal
from console.province.package import out_folder
from console.province.party import Party
from console.province.transports import TRANSPORTS, Https, Parcel, transport_of
from tests.console.province.linkside import OURS, THEIRS, envelope, pin

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


def test_a_transport_that_does_not_exist_or_has_no_address_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="'pigeon' is not known"):
        transport_of(side(tmp_path, transport="pigeon"))
    with pytest.raises(ValueError, match="must be the address of"):
        transport_of(side(tmp_path, transport="https", url="ftp://x"))
    assert set(TRANSPORTS) == {"https", "taxii", "package"}
