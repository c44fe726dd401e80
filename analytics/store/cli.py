"""`gongga search` and `gongga store`: the event store by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from analytics.store.parquet import ParquetStore

store = typer.Typer(no_args_is_help=True, help="Compact, expire and describe the event store.")

Data = Annotated[Path, typer.Option("--data", help="Data folder of the installation.")]


def search(
    query: Annotated[str, typer.Argument(help="Lucene syntax: field:value, wildcards, ranges, AND OR NOT.")],
    since: Annotated[str, typer.Option("--from", help="First moment, ISO; without it 24 hours ago.")] = "",
    until: Annotated[str, typer.Option("--to", help="Last moment, ISO; without it now.")] = "",
    dataset: Annotated[list[str] | None, typer.Option(help="Dataset; repeatable. Without it, all.")] = None,
    limit: Annotated[int, typer.Option(help="Most events given out.", min=1, max=100_000)] = 100,
    data: Data = Path("var"),
) -> None:
    """Search the event store; events as ndjson, newest first."""
    import sys

    import orjson

    from analytics.store.query import QueryError
    from analytics.store.store import Page, Query
    from sensors.contract.batch import time_of
    from sensors.contract.fields import DATASETS

    now = datetime.now(UTC)
    unknown = [name for name in dataset or () if name not in DATASETS]
    if unknown:
        typer.echo(f"there is no dataset {unknown[0]!r}; known are {', '.join(DATASETS)}", err=True)
        raise typer.Exit(2)
    try:
        start = time_of(since) if since else now - timedelta(days=1)
        end = time_of(until) if until else now + timedelta(seconds=1)
        found = _opened(data).search(Query(query, start, end, tuple(dataset or ())), Page(limit))
    except (QueryError, ValueError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    for row in found.rows:
        sys.stdout.buffer.write(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE))
    for file in found.damaged:
        typer.echo(f"{file} is damaged and was left out; restore it from a backup or remove it", err=True)
    typer.echo(f"{len(found.rows)} events{', more before them' if found.next else ''}.", err=True)
    if not found.rows:
        raise typer.Exit(1)


@store.command()
def compact(data: Data = Path("var")) -> None:
    """Join the files of closed days."""
    typer.echo(f"{_opened(data).compact()} files saved.", err=True)


@store.command()
def expire(
    days: Annotated[int, typer.Option(help="Days to keep; the law asks for at least 180.", min=1)] = 190,
    data: Data = Path("var"),
) -> None:
    """Delete whole days older than so many days."""
    gone = _opened(data).expire(datetime.now(UTC) - timedelta(days=days))
    typer.echo(f"{gone} days of datasets deleted.", err=True)


@store.command()
def stats(data: Data = Path("var")) -> None:
    """Say what the store holds."""
    held = _opened(data).stats()
    span = f", {held.first_day} to {held.last_day}" if held.first_day else ""
    typer.echo(f"{held.rows} events in {held.files} files, {held.bytes} bytes{span}")


def _opened(data: Path) -> ParquetStore:
    from analytics.data_folder import DataFolder
    from analytics.store.parquet import ParquetStore

    return ParquetStore(DataFolder(data.resolve()).events)
