"""`gongga serve`: the desk, its API and the ingest address."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from analytics.data_folder import DataFolder
from console import bootstrap


def serve(
    data: Annotated[Path, typer.Option("--data", help="Data folder of the installation.")] = Path("var"),
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8600,
    url: Annotated[str | None, typer.Option(help="Database URL, when the records are not in the data folder.")] = None,
) -> None:
    """The console and the ingest address alone."""
    bootstrap.serve(DataFolder(data.resolve()).prepare(), host, port, url)
