"""A browser's page of which every request, every console line and every policy report is seen."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page, Request

from tests.running import Platform

PASSWORD = "七里坪的青稞 2026 熟了"
PICTURES = Path(__file__).resolve().parent.parent / "docs" / "pictures"
WIDEST = """[...document.querySelectorAll('main *, header *')].filter((one) => one.getBoundingClientRect().right >
innerWidth + 1).slice(0, 8).map((one) => one.tagName + '.' + one.className + ' ' + one.id)"""
GRAVE = ("serious", "critical")


class Watched:
    """A page of which every request, every console line and every policy report is seen."""

    def __init__(self, page: Page, platform: Platform) -> None:
        self.page, self.platform = page, platform
        self.outside: list[str] = []
        self.complaints: list[str] = []
        page.on("request", self._asked)
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _asked(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.hostname != "127.0.0.1":
            self.outside.append(request.url)
        if parts.path == "/csp-report":
            self.complaints.append(request.post_data or request.url)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(f"{message.text} {message.location.get('url', '')}")

    def open(self, path: str) -> None:
        """Go to a page of the desk."""
        self.page.goto(self.platform.url + path)

    def barriers(self) -> list[str]:
        """What axe finds that would keep somebody out."""
        found = Axe().run(self.page).response["violations"]
        return [f"{self.page.url}: {one['id']}: {one['help']}" for one in found if one["impact"] in GRAVE]

    def picture(self, name: str, folder: Path) -> None:
        """Take a screenshot; into docs/pictures when GONGGA_PICTURES asks for it."""
        place = (PICTURES if os.environ.get("GONGGA_PICTURES") else folder) / f"{name}.png"
        place.parent.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=place)
