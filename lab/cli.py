"""`gongga lab`: the pretend county on loopback."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="The pretend county on loopback.")


@app.command()
def run(data: Annotated[Path, typer.Option("--data", help="Data folder of the installation.")] = Path("var")) -> None:
    """Stand the county up and tell its night, until stopped. `gongga up` without sites does this and all the rest."""
    import asyncio
    import signal
    from datetime import UTC, datetime

    from analytics.data_folder import DataFolder
    from console.bootstrap import prepare
    from lab.prepare import prepare_lab
    from lab.run import Lab

    folder = DataFolder(data.resolve()).prepare()
    engine = prepare(folder)
    prepare_lab(folder, engine, datetime.now(UTC))

    async def stand() -> None:
        stop = asyncio.Event()
        for sign in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(sign, stop.set)
        await Lab(folder, engine, lambda: datetime.now(UTC), lambda text: typer.echo(text, err=True)).run(stop)

    asyncio.run(stand())


@app.command()
def sites() -> None:
    """List the pretend sites, and what is wrong with each."""
    from lab.site import load_sites

    for site in load_sites():
        typer.echo(f"{site.id}  {site.url:36}{site.address:14}{', '.join(sorted(site.traits)) or '-'}")


@app.command()
def truth() -> None:
    """The ground truth as JSON: every finding there must be."""
    from lab.site import load_sites
    from lab.truth import findings

    rows = sorted(findings(load_sites()))
    typer.echo(json.dumps([{"site": site, "check": check, "location": where} for site, check, where in rows], indent=1))


@app.command()
def capture(
    path: Annotated[Path, typer.Argument(help="Capture to write; its access log is written beside it.")],
) -> None:
    """Write the night's traffic as a capture and as an access log."""
    from datetime import UTC, datetime

    from lab.capture import access_log, write_capture
    from lab.site import load_sites
    from lab.story import VICTIM, connections, exchanges

    county, end = load_sites(), datetime.now(UTC)
    told = exchanges(county, end)
    packets = write_capture(path, told, connections(next(one for one in county if one.id == VICTIM), end))
    path.with_suffix(".log").write_text(access_log(told), encoding="utf-8")
    typer.echo(f"{packets} packets, {len(told)} requests", err=True)
