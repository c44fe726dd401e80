"""Writing the signed scope."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from sqlalchemy import Engine

from analytics.data_folder import DataFolder
from analytics.db import METADATA, database_url, open_database
from analytics.inventory.importing import import_csv
from analytics.inventory.scope import canonical, signing_key, write_scope
from tests.analytics.inventory.test_importing import SHEET
from tests.factories import NOON


def prepared(tmp_path: Path) -> tuple[DataFolder, Engine]:
    folder = DataFolder(tmp_path).prepare()
    engine = open_database(database_url(tmp_path))
    METADATA.create_all(engine)
    with engine.begin() as connection:
        import_csv(connection, SHEET.encode(), NOON)
    return folder, engine


def test_the_scope_names_authorised_sites_only_and_carries_a_valid_signature(tmp_path: Path) -> None:
    folder, engine = prepared(tmp_path)
    with engine.begin() as connection:
        document = json.loads(write_scope(connection, folder, NOON).read_text("utf-8"))
    engine.dispose()

    assert [entry["site"] for entry in document["sites"]] == ["kd-1"]
    key = signing_key(folder).public_key()
    signature = base64.b64decode(document["signature"])
    key.verify(signature, canonical(document))
    document["sites"][0]["addresses"] = ["0.0.0.0/0"]
    with pytest.raises(InvalidSignature):
        key.verify(signature, canonical(document))


def test_an_unchanged_scope_is_not_written_again(tmp_path: Path) -> None:
    folder, engine = prepared(tmp_path)
    with engine.begin() as connection:
        first = write_scope(connection, folder, NOON).read_bytes()
        again = write_scope(connection, folder, NOON + timedelta(days=1)).read_bytes()
        later = write_scope(connection, folder, NOON + timedelta(days=60)).read_bytes()
    engine.dispose()

    assert first == again
    assert json.loads(later)["sites"] == []


def test_the_private_key_is_for_its_owner_alone(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path).prepare()

    signing_key(folder)

    assert (folder.keys / "scope.key").stat().st_mode & 0o077 == 0
