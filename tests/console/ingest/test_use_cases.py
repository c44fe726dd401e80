"""Tokens of sensors."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from analytics.db import SENSOR
from console.audit.chain import Verified, verify
from console.ingest.use_cases import SensorNameError, new_token, sensor_of
from tests.console.deskside import Table
from tests.factories import NOON


def test_a_token_names_its_sensor_and_only_its_hash_is_kept(table: Table) -> None:
    token = new_token(table.desk.engine, "s1", NOON, "machine")

    with table.desk.reads.begin() as connection:
        assert sensor_of(connection, token) == "s1"
        assert sensor_of(connection, token + "x") is None
        assert token not in str(connection.execute(select(SENSOR)).one())
        assert isinstance(verify(connection), Verified)


def test_a_new_token_ends_the_old_one(table: Table) -> None:
    old = new_token(table.desk.engine, "s1", NOON, "machine")
    new = new_token(table.desk.engine, "s1", NOON, "machine")

    with table.desk.reads.begin() as connection:
        assert sensor_of(connection, old) is None
        assert sensor_of(connection, new) == "s1"


@pytest.mark.parametrize("name", ["", "S1", "../x", "a" * 33, "名"])
def test_a_bad_name_is_refused(table: Table, name: str) -> None:
    with pytest.raises(SensorNameError, match="use a-z"):
        new_token(table.desk.engine, name, NOON, "machine")
