"""The values that pass through the store's port, and that the embedded store has that shape."""

from __future__ import annotations

import inspect
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from analytics.store.parquet import ParquetStore
from analytics.store.store import EventStore, Page, Query, SearchResult, StoreError
from tests.factories import at


def test_a_question_does_not_change_once_asked() -> None:
    query = Query("*", at(0), at(1))

    assert (query.datasets, query.sites, Page().size) == ((), None, 50)
    with pytest.raises(FrozenInstanceError):
        query.text = "x"


def test_an_empty_answer_has_no_next_page() -> None:
    assert SearchResult(()).next is None


def test_a_failure_of_the_store_is_one_of_the_machine() -> None:
    assert issubclass(StoreError, OSError)


def test_the_embedded_store_offers_all_that_the_port_names(tmp_path: Path) -> None:
    store = ParquetStore(tmp_path)
    for name, wanted in inspect.getmembers(EventStore, inspect.isfunction):
        if name.startswith("_"):
            continue
        mine = inspect.signature(getattr(store, name)).parameters
        asked = [one for one in inspect.signature(wanted).parameters if one != "self"]
        assert [one for one in mine if one in asked] == asked, name
