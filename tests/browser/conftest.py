"""The browser of the browser tests: Chromium as the machine has it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.fail("chromium is missing; type: apt-get install chromium")
    with sync_playwright() as playwright:
        # The memory's size is asked by the big screen's test.
        options = ["--no-sandbox", "--enable-precise-memory-info"]
        browser = playwright.chromium.launch(executable_path=program, args=options)
        yield browser
        browser.close()
