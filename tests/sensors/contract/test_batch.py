"""Event batches and their two shapes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sensors.contract.batch import EventBatch, SchemaError, concat, document_of, flatten, schema_of, time_of, time_text
from sensors.contract.fields import DATASETS, fields_of
from tests.factories import at, batch

VALUES = {
    "keyword": st.text(max_size=20),
    "keywords": st.lists(st.text(max_size=5), max_size=3),
    "long": st.integers(-(2**63), 2**63 - 1),
    "float": st.floats(allow_nan=False, allow_infinity=False),
    "boolean": st.booleans(),
    "ip": st.ip_addresses().map(str),
    "ips": st.lists(st.ip_addresses().map(str), max_size=3),
    "date": st.integers(0, 4 * 10**9).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
}


@st.composite
def rows(draw: st.DrawFn) -> tuple[str, list[dict[str, object]]]:
    dataset = draw(st.sampled_from(DATASETS))
    fields = {
        field.name: st.none() | VALUES[field.kind] for field in fields_of(dataset) if field.name != "event.dataset"
    }
    return dataset, draw(st.lists(st.fixed_dictionaries(fields), min_size=1, max_size=3))


@settings(max_examples=40, deadline=None)
@given(rows())
def test_documents_become_the_same_batch_again(given_rows: tuple[str, list[dict[str, object]]]) -> None:
    dataset, documents = given_rows
    first = EventBatch.from_documents(dataset, documents)

    again = EventBatch.from_documents(dataset, list(first.documents()))

    assert again.table.equals(first.table)


def test_columns_not_given_are_null_and_the_dataset_is_filled_in() -> None:
    one = EventBatch.from_columns("flow", {"@timestamp": [at()]})

    assert one.column("source.ip") == [None]
    assert one.column("event.dataset") == ["flow"]
    assert one.table.schema.equals(schema_of("flow"))


@pytest.mark.parametrize(
    ("columns", "words"),
    [({"colour": ["red"]}, "no column 'colour'"), ({"source.port": ["eighty"]}, "column 'source.port'")],
)
def test_a_wrong_column_is_named(columns: dict[str, list[str]], words: str) -> None:
    with pytest.raises(SchemaError, match=words):
        EventBatch.from_columns("http", columns)


def test_columns_of_unequal_length_are_refused() -> None:
    with pytest.raises(pa.ArrowInvalid):
        EventBatch.from_columns("http", {"@timestamp": [at(), at()], "url.path": ["/"]})


def test_batches_of_one_dataset_join_and_others_do_not() -> None:
    assert len(concat([batch("dns", {}), batch("dns", {}, {})])) == 3
    with pytest.raises(ValueError, match="cannot join"):
        concat([batch("dns", {}), batch("flow", {})])


def test_rows_are_taken_in_the_order_asked_for() -> None:
    three = batch("http", {"url.path": "/a"}, {"url.path": "/b"}, {"url.path": "/c"})

    assert three.take([2, 0]).column("url.path") == ["/c", "/a"]


def test_a_document_is_nested_without_nulls_and_flattens_back() -> None:
    row = {"@timestamp": at(), "source.ip": "10.0.0.1", "source.port": None, "url.path": "/"}

    document = document_of(row)

    assert document == {"@timestamp": "2026-11-23T12:00:00.000000Z", "source": {"ip": "10.0.0.1"}, "url": {"path": "/"}}
    assert flatten(document)["source.ip"] == "10.0.0.1"


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+08:00", "9999-12-31T23:59:59-12:00"])
def test_a_time_outside_of_the_calendar_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="outside of the calendar"):
        time_of(text)


def test_times_are_utc_whatever_the_offset() -> None:
    china = datetime(2026, 11, 24, 2, 36, tzinfo=timezone(timedelta(hours=8)))

    assert time_text(china) == "2026-11-23T18:36:00.000000Z"
    assert time_of("2026-11-24T02:36:00+08:00") == china
    assert time_of("2026-11-23T18:36:00") == china
