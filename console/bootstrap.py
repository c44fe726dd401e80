"""Putting the desk together: the records, the event store, the application, the server."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import Engine

from analytics.data_folder import DataFolder
from analytics.db import database_url, open_database, reader
from console.migrations.upgrade import upgrade

if TYPE_CHECKING:
    from fastapi import FastAPI

    from console.web.settings import WebSettings


def now() -> datetime:
    """The clock on the wall."""
    return datetime.now(UTC)


def prepare(data: DataFolder, url: str | None = None) -> Engine:
    """The records' database, brought to this version's schema."""
    engine = open_database(url or database_url(data.prepare().root))
    upgrade(engine)
    return engine


def build_app(
    data: DataFolder,
    url: str | None = None,
    *,
    settings: WebSettings | None = None,
    clock: Callable[[], datetime] = now,
) -> FastAPI:
    """The desk over a data folder, its records brought up to date."""
    from analytics.intake.receive import receive
    from analytics.store.parquet import ParquetStore
    from console.app import create_app
    from console.office.settings import load_office
    from console.web.desk import Desk

    engine = prepare(data, url)
    desk = Desk(
        engine=engine,
        reads=reader(engine),
        store=ParquetStore(data.events),
        data=data,
        clock=clock,
        receive=lambda content, name: receive(data, engine, content, name),
        office=load_office(data.root),
    )
    return create_app(desk, settings)


def serve(
    data: DataFolder,
    host: str = "127.0.0.1",
    port: int = 8600,
    url: str | None = None,
    *,
    settings: WebSettings | None = None,
) -> None:
    """Serve the desk until a signal."""
    from console.server import run

    run(build_app(data, url, settings=settings), host, port)
