from __future__ import annotations

from pathlib import Path

from analytics.correlation.stored_looks import StoredLooks
from analytics.store.parquet import ParquetStore
from tests.factories import at
from tests.intake_bench import look


def test_the_newest_good_look_of_the_check_before_the_moment_is_found(tmp_path: Path) -> None:
    store = ParquetStore(tmp_path)
    for number, (result, seconds) in enumerate([("pass", 0), ("pass", 300), ("fail", 600), ("pass", 900)]):
        store.append(look(result, number, seconds))
    store.append(look("pass", 9, 500, check="content/hidden-link"))
    last_good = StoredLooks(store)

    assert last_good("kd-003", "content/tamper", at(600)) == at(300)
    assert last_good("kd-003", "content/tamper", at(0)) is None
    assert last_good("kd-002", "content/tamper", at(600)) is None
    assert last_good("kd-003", "content/tamper", at(4 * 86400)) is None
