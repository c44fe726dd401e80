"""`gongga inventory`: units and sites from a sheet, and the scope written from them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import Engine

from analytics.data_folder import DataFolder
from analytics.inventory.importing import import_csv
from analytics.inventory.scope import write_scope
from analytics.inventory.sheet import COLUMNS
from console.bootstrap import prepare

app = typer.Typer(no_args_is_help=True, help="Import units and sites from CSV; write the scope.")

Data = Annotated[Path, typer.Option("--data", help="Data folder of the installation.")]


@app.command("import")
def import_sheet(
    sheet: Annotated[Path, typer.Argument(help="CSV in UTF-8 or GBK; `gongga inventory columns` lists its columns.")],
    data: Data = Path("var"),
) -> None:
    """Take every row of a sheet, or none when one is bad; each bad row is named with its line."""
    folder = DataFolder(data).prepare()
    if not take(folder, sheet, prepare(folder)):
        raise typer.Exit(1)


@app.command()
def columns() -> None:
    """List the columns of an inventory sheet."""
    for column in COLUMNS:
        typer.echo(f"{column.name:18}{'required' if column.required else '':10}{column.meaning}")


@app.command()
def scope(data: Data = Path("var")) -> None:
    """Write the signed scope from the authorisations in force."""
    folder = DataFolder(data).prepare()
    with prepare(folder).begin() as connection:
        typer.echo(write_scope(connection, folder, datetime.now(UTC)))


def take(folder: DataFolder, sheet: Path, engine: Engine) -> bool:
    """Import a sheet and write the scope; what is wrong goes to stderr. False when nothing was taken."""
    try:
        content = sheet.read_bytes()
    except OSError as error:
        typer.echo(f"{sheet}: cannot be read ({error.strerror}); give the path of a CSV file.", err=True)
        return False
    now = datetime.now(UTC)
    with engine.begin() as connection:
        report = import_csv(connection, content, now)
        for wrong in report.errors:
            place = f"line {wrong.line}{', ' if wrong.column else ''}{wrong.column}: "
            typer.echo(f"{sheet}, {place}{wrong.text.removeprefix(place)}", err=True)
        if report.errors:
            typer.echo(f"{sheet}: nothing was imported; mend what is named above.", err=True)
            return False
        write_scope(connection, folder, now)
    typer.echo(f"{report.rows} sites, {report.added} of them new.", err=True)
    return True
