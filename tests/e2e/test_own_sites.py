"""`gongga up --sites`: the platform on sites of one's own."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ClassVar

import pytest

from tests.running import platform, wait_for

pytestmark = pytest.mark.e2e


class Site(http.server.BaseHTTPRequestHandler):
    """A home page without any safety header, and nothing else."""

    methods: ClassVar[set[str]] = set()

    def do_GET(self) -> None:
        """Answer the home page."""
        Site.methods.add(self.command)
        body = b"<html><title>Example</title><body>hello</body></html>" if self.path == "/" else b"nothing"
        self.send_response(200 if self.path == "/" else 404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def sheet(tmp_path: Path) -> Iterator[Path]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    today = datetime.now(UTC).date()
    path = tmp_path / "sites.csv"
    columns = "unit_id,unit_name,county,site_id,site_name,url,addresses,auth_document,auth_from,auth_until"
    row = f"U-1,示例局,513301,s-1,示例网,http://127.0.0.1:{server.server_port}/,127.0.0.1,授权书,"
    row += f"{today - timedelta(days=1)},{today + timedelta(days=30)}"
    path.write_bytes(f"{columns}\n{row}\n".encode("gbk"))
    yield path
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_site_of_ones_own_is_probed_and_its_weaknesses_are_findings(sheet: Path, tmp_path: Path) -> None:
    (tmp_path / "data" / "sensors").mkdir(parents=True)
    (tmp_path / "data" / "sensors" / "probe.toml").write_text("spread = 1\nrequests_per_second = 50.0\n")
    with platform(tmp_path / "data", "--sites", str(sheet)) as running:
        found = wait_for(
            lambda: running.rows("select * from finding where check_id = 'headers/frame-options-missing'"),
            "a finding of the site",
            90,
            running.logs,
        )

    assert found[0]["site_id"] == "s-1"
    assert Site.methods <= {"GET"}
