"""The schema that the steps lead to."""

from __future__ import annotations

import re
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from analytics.db import open_database
from console.migrations import versions
from console.migrations.upgrade import upgrade
from console.tables import METADATA


def test_the_steps_lead_to_the_tables_of_this_version(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'x.sqlite'}")
    upgrade(engine)

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []
    engine.dispose()


def test_upgrading_twice_is_upgrading_once(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'x.sqlite'}")
    upgrade(engine)
    upgrade(engine)
    engine.dispose()


def test_the_steps_are_numbered_without_a_gap() -> None:
    names = sorted(path.name for path in Path(versions.__path__[0]).glob("[0-9]*.py"))

    assert [int(name[:4]) for name in names] == list(range(1, len(names) + 1))
    assert all(re.fullmatch(r"\d{4}_[a-z_]+\.py", name) for name in names)
