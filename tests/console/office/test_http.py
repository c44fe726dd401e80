"""Asking another server."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from console.office.http import Unreached, ask


class Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.path.startswith("/slow"):
            self.trickle(self.path)
            return
        self.send_response(302 if self.path == "/moved" else 201)
        self.send_header("X-Path", self.path)
        self.send_header("Location", "http://127.0.0.1:9/")
        self.end_headers()
        self.wfile.write(body)

    def trickle(self, path: str) -> None:
        """Never more than a moment of silence, and never an end: in the head, in a body with a length or without."""
        if path == "/slow-body":
            self.wfile.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n")
        elif path == "/slow-open":
            self.wfile.write(b"HTTP/1.0 200 OK\r\n\r\n")
        else:
            self.wfile.write(b"HTTP/1.1 200 OK\r\nx-slow: ")
        with contextlib.suppress(OSError):
            for _ in range(100):
                self.wfile.write(b"x")
                self.wfile.flush()
                time.sleep(0.05)

    def log_message(self, format: str, *args: object) -> None:
        del format, args


@pytest.fixture
def server() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
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


@pytest.mark.parametrize("path", ["/slow-head", "/slow-body", "/slow-open"])
def test_a_server_that_trickles_is_left(server: str, path: str) -> None:
    began = time.monotonic()
    with pytest.raises(Unreached, match="no whole answer within"):
        ask("POST", f"{server}{path}", b"", timeout=0.2)

    assert time.monotonic() - began < 2


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "nonsense://x", "http://[::1"])
def test_nobody_there_is_said_with_the_address(url: str) -> None:
    with pytest.raises(Unreached, match="cannot be reached"):
        ask("GET", url, timeout=1)
