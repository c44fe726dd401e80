"""`gongga clerk`: what the desk does by itself, in a process of its own."""

from __future__ import annotations

import logging
import signal
import sys
import threading
from pathlib import Path
from typing import Annotated

import typer

from analytics.data_folder import DataFolder


def clerk(
    data: Annotated[Path, typer.Option("--data", help="Data folder of the installation.")] = Path("var"),
    database: Annotated[str | None, typer.Option(help="Records elsewhere: postgresql://…; default in --data.")] = None,
    broker: Annotated[
        str | None, typer.Option(help="Queue of the jobs: redis://… or amqp://…; default inside this process.")
    ] = None,
) -> None:
    """Run playbook steps, send messages and reports, remind and warn, until SIGTERM or Ctrl-C."""
    from console.bootstrap import now
    from console.clerk.run import run_clerk

    folder = DataFolder(data.resolve())
    if database is None and not folder.database.exists():
        typer.echo(f"{data}: no installation there; make one with: gongga up --data {data}", err=True)
        raise typer.Exit(2)
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("dramatiq").setLevel(logging.WARNING)
    stop = threading.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda _signal, _frame: stop.set())
    try:
        run_clerk(folder.prepare(), stop, now, database, broker)
    except ValueError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
