from __future__ import annotations

from analytics.grading.tables import load_tables

TABLES = load_tables()


def test_there_are_ten_classes_and_each_subclass_belongs_to_one() -> None:
    tops = {code for code in TABLES.classes if "." not in code}

    assert tops == {f"{number:02d}" for number in range(1, 11)}
    assert {code.partition(".")[0] for code in TABLES.classes} == tops
    assert TABLES.classes["02.09"].zh == "网页篡改"


def test_every_row_has_a_level_a_measure_and_the_confidence_of_its_text() -> None:
    for row in TABLES.rows:
        assert row.level in TABLES.levels
        assert (row.minutes is None) != (row.number is None), row.id
        assert row.minutes is None or row.kind in TABLES.kinds, row.id
        assert row.basis in ("C", "C-", "draft", "draft+G", "G"), row.id
    assert len({row.id for row in TABLES.rows}) == len(TABLES.rows)


def test_a_graver_row_of_the_same_kind_asks_for_more() -> None:
    asked: dict[tuple[object, ...], dict[int, int]] = {}
    for row in TABLES.rows:
        amount = row.minutes or row.number or 0
        asked.setdefault((row.kind, row.page, row.cii), {})[row.level] = amount
    for levels in asked.values():
        assert [levels[level] for level in sorted(levels)] == sorted(levels.values(), reverse=True)


def test_the_matrix_has_a_cell_for_every_object_and_loss() -> None:
    matrix = TABLES.matrix

    assert set(matrix.cells) == set(matrix.objects)
    assert all(set(cells) == set(matrix.losses) for cells in matrix.cells.values())
    assert matrix.cells["critical"]["extreme"] == 1
    assert matrix.cells["ordinary"]["minor"] == 4
    assert all(effect.loss in matrix.losses and effect.harm in TABLES.levels for effect in matrix.effects.values())
    assert set(matrix.effects) | set(TABLES.leading) <= set(TABLES.classes)


def test_the_last_weight_holds_for_any_object() -> None:
    last = TABLES.matrix.weights[-1]

    assert (last.cii, last.protection_at_least, last.ranks) == (False, None, None)
