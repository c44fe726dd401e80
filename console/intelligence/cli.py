"""`gongga intel`: threat intelligence from the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Final

import typer

from analytics.data_folder import DataFolder

app = typer.Typer(no_args_is_help=True, help="Import, list and fetch threat intelligence; let partners in.")

_DATA: Final = typer.Option("--data", help="Data folder of the installation.")
# Who the audit chain names for what was done here.
_ACTOR: Final = "console"


@app.callback()
def intelligence() -> None:
    """Threat intelligence from files, from other servers, and for partners."""


@app.command("import")
def take(
    files: Annotated[list[Path], typer.Argument(help="STIX 2.1 bundles (JSON).", exists=True, dir_okay=False)],
    source: Annotated[str, typer.Option(help="Who it came from.")],
    marking: Annotated[str, typer.Option(help="The least marking it gets: 公开, 内部, 敏感 or 重要.")] = "内部",
    data: Annotated[Path, _DATA] = Path("var"),
) -> None:
    """Take bundles; what became of each as one JSON line. Exit 1 when nothing of any was usable."""
    from console.bootstrap import now, prepare
    from console.intelligence.exchange import Accepted, accept
    from console.intelligence.reading import NotTaken, parse
    from console.intelligence.reasons import Refused

    engine = prepare(DataFolder(data.resolve()).prepare())
    usable = False
    for path in files:
        try:
            sent = parse(path.read_bytes())
            with engine.begin() as connection:
                done = accept(connection, sent, f"人工导入 {source}", marking, now())
        except NotTaken as error:
            done = Accepted(refused=(Refused("bundle", error.code, error.detail),))
        usable |= bool(done.applied or done.unchanged or done.kept)
        typer.echo(json.dumps({"file": path.name, **done.document()}, ensure_ascii=False))
    engine.dispose()
    if not usable:
        raise typer.Exit(1)


@app.command("list")
def show(
    state: Annotated[str, typer.Option(help="watched, unwatched, ignored, stopped, revoked; empty for all.")] = "",
    data: Annotated[Path, _DATA] = Path("var"),
) -> None:
    """Every indicator as one JSON line."""
    from sqlalchemy import select

    from analytics.intel.tables import INDICATOR
    from console.bootstrap import now, prepare
    from console.intelligence.queries import document

    engine = prepare(DataFolder(data.resolve()).prepare())
    wanted = select(INDICATOR).order_by(INDICATOR.c.received_at, INDICATOR.c.id)
    with engine.connect() as connection:
        for row in connection.execute(wanted.where(INDICATOR.c.state == state) if state else wanted):
            met = (row.hits, row.last_hit) if row.last_hit else None
            typer.echo(json.dumps(document(row, now(), met), ensure_ascii=False))
    engine.dispose()


@app.command()
def poll(
    name: Annotated[str | None, typer.Argument(help="One feed; without it, all that are due.")] = None,
    data: Annotated[Path, _DATA] = Path("var"),
) -> None:
    """Visit TAXII feeds now; how each stands as one JSON line. Exit 1 when one could not be reached."""
    from analytics.db import reader
    from console.bootstrap import now, prepare
    from console.intelligence.feeds import Visits, feeds

    folder = DataFolder(data.resolve()).prepare()
    engine = prepare(folder)
    Visits(engine, reader(engine), folder.keys, now).run(name)
    with engine.connect() as connection:
        rows = [row for row in feeds(connection) if name in (None, row.name)]
    engine.dispose()
    for row in rows:
        said = {"feed": row.name, "direction": row.direction, "added_after": row.added_after, "error": row.error}
        typer.echo(json.dumps(said, ensure_ascii=False))
    if name is not None and not rows:
        typer.echo(f"there is no feed {name!r}; make one on the page /intelligence/partners", err=True)
        raise typer.Exit(2)
    if any(row.error for row in rows):
        raise typer.Exit(1)


@app.command()
def peer(
    name: Annotated[str, typer.Argument(help="Name of the partner: a-z, 0-9, - and _.")],
    marking: Annotated[str, typer.Option(help="The highest marking it reads.")] = "公开",
    may_add: Annotated[bool, typer.Option(help="Whether it may push to us.")] = False,
    data: Annotated[Path, _DATA] = Path("var"),
) -> None:
    """Let a partner in by TAXII, or give it a new token; the token is shown once."""
    from console.bootstrap import now, prepare
    from console.intelligence.peers import make

    engine = prepare(DataFolder(data.resolve()).prepare())
    try:
        with engine.begin() as connection:
            typer.echo(make(connection, name, marking, may_add, _ACTOR, now()))
    except ValueError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    finally:
        engine.dispose()
