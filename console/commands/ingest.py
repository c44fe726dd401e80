"""`gongga ingest`: logs, captures and event files into the store, through intake like everything else."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from analytics.bootstrap import build_intake
from analytics.data_folder import DataFolder
from analytics.intake.ingest import ingest_batches
from console.bootstrap import prepare
from console.commands.sources import Sources


def ingest(
    files: Annotated[list[Path], typer.Argument(help="Access logs, ndjson, Parquet, Arrow, or captures.")],
    data: Annotated[Path, typer.Option("--data", help="Data folder of the installation.")] = Path("var"),
) -> None:
    """Take logs, captures and event files into the store."""
    folder = DataFolder(data.resolve()).prepare()
    prepare(folder).dispose()
    sources = Sources(files, lambda text: typer.echo(text, err=True))
    done = ingest_batches(sources.batches(), build_intake(folder))
    for reason in done.reasons:
        typer.echo(reason, err=True)
    typer.echo(f"{done.rows} events taken, {done.had} were there already, {done.alerts} alerts.", err=True)
    if not done.rows and not done.had:
        raise typer.Exit(1)
