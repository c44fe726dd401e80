"""The event store by hand."""

from __future__ import annotations

import json
from pathlib import Path

import typer
from typer.testing import CliRunner

from analytics.store.cli import search, store
from analytics.store.parquet import ParquetStore
from tests.factories import segment

APP = typer.Typer()
APP.command("search")(search)
APP.add_typer(store, name="store")
SPAN = ["--from", "2026-11-22", "--to", "2026-11-25"]


def filled(tmp_path: Path) -> list[str]:
    ParquetStore(tmp_path / "events").append(segment("http", {"url.path": "/a"}, {"url.path": "/b"}))
    return ["--data", str(tmp_path)]


def test_events_come_out_as_ndjson(tmp_path: Path) -> None:
    done = CliRunner().invoke(APP, ["search", "url.path:*b", *SPAN, *filled(tmp_path)])

    assert done.exit_code == 0
    assert [json.loads(line)["url"]["path"] for line in done.stdout.splitlines()] == ["/b"]


def test_nothing_found_is_said_by_the_status(tmp_path: Path) -> None:
    assert CliRunner().invoke(APP, ["search", "url.path:nothing", *SPAN, *filled(tmp_path)]).exit_code == 1


def test_a_bad_query_is_wrong_use(tmp_path: Path) -> None:
    done = CliRunner().invoke(APP, ["search", "no.field:1", *filled(tmp_path)])

    assert done.exit_code == 2
    assert "there is no field 'no.field'" in done.stderr


def test_an_unknown_dataset_is_wrong_use(tmp_path: Path) -> None:
    assert CliRunner().invoke(APP, ["search", "*", "--dataset", "x", *filled(tmp_path)]).exit_code == 2


def test_the_store_describes_joins_and_expires(tmp_path: Path) -> None:
    data = filled(tmp_path)

    assert "2 events in 1 files" in CliRunner().invoke(APP, ["store", "stats", *data]).stdout
    assert CliRunner().invoke(APP, ["store", "compact", *data]).exit_code == 0
    assert CliRunner().invoke(APP, ["store", "expire", "--days", "36500", *data]).exit_code == 0
