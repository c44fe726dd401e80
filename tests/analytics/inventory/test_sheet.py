"""Reading an inventory sheet."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.inventory.sheet import COLUMNS, SheetError, parse

HEADER = ",".join(column.name for column in COLUMNS)


def line(**cells: str) -> str:
    """One row: a good one, with some cells replaced."""
    good = {
        "unit_id": "U-1",
        "unit_name": "康定市示例局",
        "county": "513301",
        "site_id": "kd-1",
        "site_name": "示例局门户",
        "url": "http://www.kd.example/",
        **cells,
    }
    return ",".join(good.get(column.name, "") for column in COLUMNS)


def sheet(*lines: str, encoding: str = "utf-8") -> bytes:
    return "\r\n".join((HEADER, *lines)).encode(encoding)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_a_sheet_is_read_in_utf8_and_in_gbk(encoding: str) -> None:
    rows, errors = parse(sheet(line(), encoding=encoding))

    assert not errors
    assert [row.cells["unit_name"] for row in rows] == ["康定市示例局"]


def test_every_bad_row_is_named_with_its_line_and_column() -> None:
    rows, errors = parse(
        sheet(
            line(),
            line(site_id="kd-2", county="51330"),
            line(site_id="kd-3", url="ftp://x/"),
            line(site_id="kd-1"),
            "a,b",
            encoding="gbk",
        )
    )

    assert [(error.line, error.column) for error in errors] == [(3, "county"), (4, "url"), (5, "site_id"), (6, "")]
    assert len(rows) == 1


def test_a_row_after_a_cell_of_two_lines_keeps_its_own_line_number() -> None:
    _rows, errors = parse(sheet(line(site_name='"示例局\n门户"'), line(site_id="kd-2", ports="x")))

    assert [(error.line, error.column) for error in errors] == [(4, "ports")]


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"unit_id": ""}, "unit_id"),
        ({"addresses": "10.0.0.300"}, "addresses"),
        ({"hosts": "a/b"}, "hosts"),
        ({"protection_level": "9"}, "protection_level"),
        ({"is_cii": "maybe"}, "is_cii"),
        ({"site_code": "12"}, "site_code"),
        ({"auth_document": "授权书"}, "auth_from"),
        ({"auth_document": "授权书", "auth_from": "2026-02-30", "auth_until": "2026-12-31"}, "auth_from"),
        ({"auth_document": "授权书", "auth_from": "2026-12-31", "auth_until": "2026-01-01"}, "auth_until"),
        ({"url": "http://user@host/"}, "url"),
        ({"url": "http://host:99999/"}, "url"),
    ],
)
def test_a_wrong_cell_is_refused(cells: dict[str, str], column: str) -> None:
    _rows, errors = parse(sheet(line(**cells)))

    assert column in [error.column for error in errors]


def test_one_unit_cannot_have_two_names() -> None:
    _rows, errors = parse(sheet(line(), line(site_id="kd-2", unit_name="别的局")))

    assert [(error.line, error.column) for error in errors] == [(3, "unit_id")]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"unit_id,unit_name\r\n", "no column 'county'"),
        (HEADER.encode() + b",colour\r\n", "unknown column 'colour'"),
        (b"PK\x03\x04\x00\x00", "zero bytes"),
        (HEADER.encode() + b"\r\n\xff\xff\xff", "line 2"),
        (sheet('"open'), "not CSV"),
    ],
)
def test_what_is_no_such_sheet_is_refused_in_a_sentence(content: bytes, words: str) -> None:
    with pytest.raises(SheetError, match=words):
        parse(content)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400))
def test_no_content_does_more_than_be_refused(content: bytes) -> None:
    try:
        rows, errors = parse(HEADER.encode() + b"\n" + content)
    except SheetError:
        return
    assert len(rows) + len(errors) >= 0
