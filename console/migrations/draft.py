"""Draft a step from what the tables say and the database lacks: `python -m console.migrations.draft 0002 "add …"`."""

from __future__ import annotations

import sys
from pathlib import Path

from alembic import command
from sqlalchemy import create_engine

from console.migrations.upgrade import configured


def draft(number: str, message: str) -> Path:
    """Write the step that leads from the last one to METADATA; to be read and named well by a person."""
    folder = Path(__file__).parent
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        config = configured(str(folder), connection)
        config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
        command.upgrade(config, "head")
        command.revision(config, message, autogenerate=True, rev_id=number)
    return next((folder / "versions").glob(f"{number}_*.py"))


if __name__ == "__main__":
    sys.stderr.write(f"{draft(sys.argv[1], sys.argv[2])}\n")
