from __future__ import annotations

from console.notices.monthly_numbers import LISTS_OF_FINDINGS, availability_of, numbers
from tests.console.deskside import Table
from tests.console.notices.monthly_records import MONTH, november


def test_a_month_is_counted_each_thing_once(table: Table) -> None:
    november(table)
    with table.desk.reads.begin() as connection:
        counted = numbers(connection, MONTH)

    told = {name: counted.value(name) for name in (*LISTS_OF_FINDINGS, "sites", "attacks", "incidents", "vetoed")}
    assert told == {
        "before": 2,
        "new": 1,
        "returned": 1,
        "closed": 1,
        "false": 0,
        "stock": 3,
        "sites": 2,
        "attacks": 1,
        "incidents": 1,
        "vetoed": 1,
    }
    assert counted.value("stock.severity.critical") == 1
    assert counted.value("new.check.tls/absent") == 1
    assert counted.value("stock.unit.U-2") == 2
    assert counted.value("incidents.level.3") == 1
    assert counted.figures["availability"].value == 95


def test_the_parts_of_a_figure_add_up_to_it(table: Table) -> None:
    november(table)
    with table.desk.reads.begin() as connection:
        counted = numbers(connection, MONTH)

    for name in ("new", "stock"):
        for part in ("severity", "check", "unit", "county"):
            keys = [key for key in counted.figures if key.startswith(f"{name}.{part}.")]
            assert sum(counted.value(key) for key in keys) == counted.value(name), part


def test_the_trend_ends_with_the_month_itself(table: Table) -> None:
    november(table)
    with table.desk.reads.begin() as connection:
        counted = numbers(connection, MONTH)

    assert counted.value("stock.month.2026-11") == counted.value("stock")
    assert counted.value("stock.month.2026-10") == counted.value("before")
    assert counted.value("new.month.2025-12") == 0


def test_every_figure_counts_the_rows_it_names_and_says_where_they_are_listed(table: Table) -> None:
    november(table)
    with table.desk.reads.begin() as connection:
        figures = numbers(connection, MONTH).figures.values()

    for figure in figures:
        assert figure.zh
        assert figure.en
        assert figure.address_in("2026-11").startswith(("/notices/figures?", "/attacks?"))
        if not figure.share and not figure.address:
            assert len(set(figure.ids)) == len(figure.ids) == figure.value


def test_a_month_without_visits_has_no_availability(table: Table) -> None:
    with table.desk.reads.begin() as connection:
        assert availability_of(connection, MONTH).share is None
        assert "availability" not in numbers(connection, MONTH).figures
