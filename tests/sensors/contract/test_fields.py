"""The field dictionary."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

from sensors.contract.fields import BY_NAME, DATASETS, FIELDS, KINDS, fields_of


def test_every_field_has_a_known_kind_a_meaning_and_known_datasets() -> None:
    for field in FIELDS:
        assert field.kind in KINDS, field.name
        assert field.meaning.endswith((".", "…")), field.name
        assert set(field.datasets) <= set(DATASETS), field.name


def test_no_name_is_both_a_value_and_a_group() -> None:
    names = set(BY_NAME)
    groups = {name.rsplit(".", depth)[0] for name in names for depth in range(1, name.count(".") + 1)}

    assert names & groups == set()


def test_every_dataset_has_the_fields_all_events_share() -> None:
    shared = {"@timestamp", "event.id", "event.dataset", "observer.name", "gongga.site.id"}

    assert all(shared <= {field.name for field in fields_of(dataset)} for dataset in DATASETS)


def test_an_unknown_dataset_is_refused() -> None:
    with pytest.raises(KeyError, match="unknown dataset"):
        fields_of("flows")


@pytest.mark.skipif("GONGGA_EVAL_DATA" not in os.environ, reason="the ECS field list is evaluation data")
def test_every_name_is_an_ecs_name_or_our_own() -> None:
    listed = Path(os.environ["GONGGA_EVAL_DATA"], "ecs", "fields.csv")
    with listed.open(encoding="utf-8", newline="") as file:
        known = {row["Field"] for row in csv.DictReader(file)}

    assert [name for name in BY_NAME if name not in known and not name.startswith("gongga.")] == []
