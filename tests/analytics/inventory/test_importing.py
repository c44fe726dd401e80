"""Taking an inventory sheet into the database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, Table, func, select

from analytics.db import AUTHORISATION, CONTACT, METADATA, SITE, UNIT, open_database
from analytics.inventory.importing import import_csv
from analytics.inventory.inventory import load
from tests.factories import NOON

SHEET = (
    "unit_id,unit_name,county,site_id,site_name,url,addresses,contact_name,auth_document,auth_from,auth_until\n"
    "U-1,康定市示例局,513301,kd-1,门户,http://www.kd.example:8080/,10.0.3.17,扎西,授权书1,2026-01-01,2026-12-31\n"
    "U-1,康定市示例局,513301,kd-2,服务,https://fw.kd.example/,10.0.3.18,扎西,,,\n"
)


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    engine = open_database(f"sqlite:///{tmp_path / 'x.sqlite'}")
    METADATA.create_all(engine)
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def count(connection: Connection, table: Table) -> int:
    return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def test_a_sheet_fills_units_sites_contacts_and_authorisations(connection: Connection) -> None:
    report = import_csv(connection, SHEET.encode(), NOON)

    assert (report.rows, report.added, report.errors) == (2, 2, ())
    assert [count(connection, table) for table in (UNIT, SITE, CONTACT, AUTHORISATION)] == [1, 2, 1, 1]
    assert load(connection).sites["kd-1"].ports == (8080,)


def test_importing_twice_changes_nothing(connection: Connection) -> None:
    import_csv(connection, SHEET.encode(), NOON)

    again = import_csv(connection, SHEET.encode(), NOON)

    assert (again.rows, again.added) == (2, 0)
    assert [count(connection, table) for table in (UNIT, SITE, CONTACT, AUTHORISATION)] == [1, 2, 1, 1]


def test_one_broken_row_in_gbk_keeps_the_whole_sheet_out(connection: Connection) -> None:
    broken = SHEET.replace("https://fw.kd.example/", "fw.kd.example")

    report = import_csv(connection, broken.encode("gbk"), NOON)

    assert [(error.line, error.column) for error in report.errors] == [(3, "url")]
    assert count(connection, SITE) == 0


def test_an_empty_sheet_is_said_to_be_empty(connection: Connection) -> None:
    report = import_csv(connection, SHEET.splitlines()[0].encode(), NOON)

    assert report.errors[0].text == "the sheet has no rows"
