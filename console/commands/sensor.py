"""`gongga sensor`: tokens for sensors on other machines."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from analytics.data_folder import DataFolder
from console.bootstrap import prepare
from console.ingest.use_cases import new_token

app = typer.Typer(no_args_is_help=True, help="Tokens for sensors on other machines.")


@app.callback()
def sensors() -> None:
    """Sensors on other machines send their segments with a token."""


@app.command()
def token(
    name: Annotated[str, typer.Argument(help="Name of the sensor: a-z, 0-9 and _, as it signs its segments.")],
    data: Annotated[Path, typer.Option("--data", help="Data folder of the installation.")] = Path("var"),
) -> None:
    """Make a sensor known, or give it a new token; the token is shown once."""
    engine = prepare(DataFolder(data.resolve()).prepare())
    try:
        typer.echo(new_token(engine, name, datetime.now(UTC), "console"))
    except ValueError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
