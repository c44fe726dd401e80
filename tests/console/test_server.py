"""Serving until a signal."""

from __future__ import annotations

import signal
import socket
import threading
import urllib.request

import uvicorn

from console.app import create_app
from console.server import DeskServer
from tests.console.deskside import Table


def test_a_stop_ends_open_channels_instead_of_waiting_for_them(table: Table) -> None:
    seat = table.seat("lead")
    app = create_app(table.desk, table.settings)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        server = DeskServer(uvicorn.Config(app, log_level="error"), app)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        cookie = f"gongga_session={seat.cookies['gongga_session']}"
        request = urllib.request.Request(f"http://127.0.0.1:{port}/live", headers={"cookie": cookie})
        with urllib.request.urlopen(request) as answer:
            assert answer.readline() == b"retry: 2000\n"
            server.handle_exit(signal.SIGTERM, None)
            rest = answer.read()
        thread.join(timeout=20)

    assert b"event: hello" in rest
    assert not thread.is_alive()
