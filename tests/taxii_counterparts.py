"""TAXII 2.1 from others: medallion as a server, and our own desk behind a real uvicorn for taxii2-client."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import uvicorn

from console.app import create_app
from tests.console.deskside import Table
from tests.running import free_port, wait_for

COLLECTION = "472c94ae-3113-4e3e-a4dd-a9f4ac7471d4"
ROOT = "api"


class _Silent(WSGIRequestHandler):
    def log_message(self, *_args: Any) -> None:
        """Say nothing."""


@contextmanager
def medallion(page_size: int = 100) -> Iterator[str]:
    """medallion in memory on loopback, user:pass, with one empty collection; the collection's address."""
    with warnings.catch_warnings():
        # pytz and flask-httpauth of its time.
        warnings.simplefilter("ignore", DeprecationWarning)
        import medallion as package

        app = package.application_instance
        package.set_config(app, "users", {"users": {"user": "pass"}})
        package.set_config(app, "taxii", {"taxii": {"max_page_size": page_size, "interop_requirements": False}})
        if not hasattr(app, "medallion_backend"):
            memory = {"module": "medallion.backends.memory_backend", "module_class": "MemoryBackend"}
            package.set_config(app, "backend", {"backend": {**memory, "filename": None, "check_interval": 3600}})
            package.register_blueprints(app)
    app.medallion_backend.data = {
        "/discovery": {"title": "medallion", "default": f"/{ROOT}/", "api_roots": [f"/{ROOT}/"]},
        ROOT: {
            "information": {
                "title": "root",
                "versions": ["application/taxii+json;version=2.1"],
                "max_content_length": 9,
            },
            "status": [],
            "collections": [
                {
                    "id": COLLECTION,
                    "title": "both ways",
                    "can_read": True,
                    "can_write": True,
                    "media_types": ["application/stix+json;version=2.1"],
                    "objects": [],
                    "manifest": [],
                }
            ],
        },
    }
    app.taxii_config["max_content_length"] = 10_000_000
    app.medallion_backend.data[ROOT]["information"]["max_content_length"] = 10_000_000
    with make_server("127.0.0.1", 0, app, handler_class=_Silent) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/{ROOT}/collections/{COLLECTION}/"
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def served(table: Table) -> Iterator[str]:
    """The desk behind uvicorn on loopback; its address."""
    port = free_port()
    config = uvicorn.Config(create_app(table.desk), host="127.0.0.1", port=port, log_level="error", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        wait_for(lambda: server.started or None, "uvicorn", 10)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()
