"""Putting the desk together."""

from __future__ import annotations

from pathlib import Path

from fastapi.testclient import TestClient
from sqlalchemy import inspect

from analytics.data_folder import DataFolder
from console.accounts.use_cases import create_first_account
from console.bootstrap import build_app, now, prepare
from console.tables import METADATA


def test_the_records_are_made_ready(tmp_path: Path) -> None:
    engine = prepare(DataFolder(tmp_path / "var"))

    assert set(METADATA.tables) <= set(inspect(engine).get_table_names())
    engine.dispose()


def test_an_application_stands_on_an_empty_folder(tmp_path: Path) -> None:
    app = build_app(DataFolder(tmp_path / "var"))
    try:
        password = create_first_account(app.state.desk.engine, now())
        browser = TestClient(app, follow_redirects=False)

        assert browser.get("/alive").status_code == 200
        assert browser.post("/login", data={"login": "duty", "password": password}).status_code == 303
    finally:
        app.state.desk.engine.dispose()
