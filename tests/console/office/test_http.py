"""Asking another server."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from console.office.http import Unreached, ask


class Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.send_response(302 if self.path == "/moved" else 201)
        self.send_header("X-Path", self.path)
        self.send_header("Location", "http://127.0.0.1:9/")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        del format, args


@pytest.fixture
def server() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Handler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()


def test_the_answer_comes_back_whatever_its_status(server: str) -> None:
    answer = ask("POST", f"{server}/a", b"hello")

    assert (answer.status, answer.headers["x-path"], answer.body) == (201, "/a", b"hello")


def test_a_redirect_is_not_followed(server: str) -> None:
    assert ask("POST", f"{server}/moved", b"").status == 302


def test_more_than_was_allowed_is_not_taken(server: str) -> None:
    with pytest.raises(Unreached, match="more than 10 bytes"):
        ask("POST", f"{server}/a", b"x" * 11, most=10)


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "nonsense://x", "http://[::1"])
def test_nobody_there_is_said_with_the_address(url: str) -> None:
    with pytest.raises(Unreached, match="cannot be reached"):
        ask("GET", url, timeout=1)
