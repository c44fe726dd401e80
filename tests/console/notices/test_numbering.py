"""Numbers without gaps, whoever issues at the same time and whatever is rolled back."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

from sqlalchemy import Engine

from console.notices.kinds import load_rules
from console.notices.numbering import Number, take
from tests.console.deskside import Table
from tests.factories import NOON

RULES = load_rules()


def issue(engine: Engine, kind: str = "hazard", at: datetime = NOON, *, exercise: bool = False) -> Number:
    with engine.begin() as connection:
        return take(connection, RULES.kind(kind), at, RULES, exercise=exercise)


def lose(engine: Engine) -> None:
    """Take a number and then fail, as when the power goes."""
    with engine.connect() as connection:
        transaction = connection.begin()
        take(connection, RULES.kind("hazard"), NOON, RULES, exercise=False)
        transaction.rollback()


def test_each_series_counts_from_one_each_year_of_china(table: Table) -> None:
    engine = table.desk.engine

    assert [issue(engine).text for _ in range(2)] == ["甘网安通〔2026〕1号", "甘网安通〔2026〕2号"]
    assert issue(engine, "order").text == "甘网办责字〔2026〕1号"
    assert issue(engine, at=datetime(2026, 12, 31, 16, 0, tzinfo=UTC)).text == "甘网安通〔2027〕1号"


def test_tips_and_monthly_ones_share_a_series_and_a_total_over_the_years(table: Table) -> None:
    engine = table.desk.engine
    issue(engine, "tip")
    issue(engine, "monthly")

    assert issue(engine, "tip", datetime(2027, 3, 1, tzinfo=UTC)).text == "2027年第1期（总第3期）"


def test_an_exercise_counts_apart_and_says_so(table: Table) -> None:
    engine = table.desk.engine
    issue(engine)

    assert issue(engine, exercise=True).text == "演练·甘网安通〔2026〕1号"
    assert issue(engine).seq == 2


def test_what_is_rolled_back_leaves_no_gap(table: Table) -> None:
    engine = table.desk.engine
    issue(engine)
    lose(engine)

    assert issue(engine).seq == 2


def test_many_at_once_get_each_number_once(table: Table) -> None:
    got: list[int] = []
    failed: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for turn in range(5):
                if (number + turn) % 4 == 0:
                    lose(table.desk.engine)
                else:
                    got.append(issue(table.desk.engine).seq)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []
    assert sorted(got) == list(range(1, 31))
