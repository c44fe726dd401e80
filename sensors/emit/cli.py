"""`gongga send`: spooled segments to a platform on another machine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Send spooled segments to a platform on another machine.")


@app.command()
def send(
    spool: Annotated[Path, typer.Option(help="Spool folder of the sensor.")],
    sensor: Annotated[str, typer.Option(help="Name of the sensor.")],
    url: Annotated[str, typer.Option(help="Address of the platform, https://…")],
    token_file: Annotated[Path, typer.Option(help="File that holds the token `gongga sensor token` gave.")],
) -> None:
    """Send until stopped; what the platform has is forgotten, everything else is kept."""
    import asyncio
    import logging
    import random
    import signal

    from sensors.emit.sender import run
    from sensors.emit.spool import Spool

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    try:
        token = token_file.read_text("utf-8").strip()
    except OSError as error:
        typer.echo(f"{token_file}: cannot be read ({error.strerror}); ask for one with gongga sensor token", err=True)
        raise typer.Exit(2) from error

    async def work() -> None:
        stop = asyncio.Event()
        for sign in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(sign, stop.set)
        await run(Spool(spool, sensor), url, token, stop, random.SystemRandom().random)

    asyncio.run(work())
