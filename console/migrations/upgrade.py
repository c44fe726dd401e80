"""Bringing a database to this version's schema, from an installed package as well as from a checkout."""

from __future__ import annotations

from importlib.resources import as_file, files

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine


def upgrade(engine: Engine) -> None:
    """Run the steps that are missing, all of them in one transaction."""
    with as_file(files("console.migrations")) as folder, engine.begin() as connection:
        command.upgrade(configured(str(folder), connection), "head")


def configured(folder: str, connection: Connection) -> Config:
    """Alembic's configuration without a file: where the steps are, and on which connection they run."""
    config = Config()
    config.set_main_option("script_location", folder.replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
