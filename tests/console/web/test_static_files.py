"""The files browsers load."""

from __future__ import annotations

from console.web.static_files import load_assets
from tests.console.deskside import Table


def test_a_file_is_addressed_by_its_hash_and_kept_for_a_year(table: Table) -> None:
    browser = table.browser()
    address = load_assets().url("gongga.css")
    assert address

    answer = browser.get(address)

    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert "immutable" in answer.headers["cache-control"]
    assert browser.get("/static/000000000000/gongga.css").headers["cache-control"] == "no-store"


def test_nothing_outside_the_folder_is_served(table: Table) -> None:
    browser = table.browser()

    for name in ("../app.py", "..%2fapp.py", "vendor/package-lock.json", "nothing.css"):
        assert browser.get(f"/static/x/{name}").status_code == 404


def test_a_file_that_was_not_fetched_has_no_address() -> None:
    assert load_assets().url("vendor/never.js") is None
