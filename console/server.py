"""Serving the desk over HTTP until a signal says stop."""

from __future__ import annotations

from types import FrameType
from typing import Final

import uvicorn
from fastapi import FastAPI

# How long the last answers may take once a stop was asked for, in seconds.
GRACE: Final = 5


class DeskServer(uvicorn.Server):
    """Ends open live channels first: waiting for them would hold the stop for ever."""

    def __init__(self, config: uvicorn.Config, app: FastAPI) -> None:
        super().__init__(config)
        self._app = app

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """A signal asks for the end."""
        self._app.state.closing.set()
        super().handle_exit(sig, frame)


def run(app: FastAPI, host: str, port: int) -> None:
    """Serve until a signal; open pages are told and the last answers are given."""
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=GRACE,
    )
    DeskServer(config, app).run()
