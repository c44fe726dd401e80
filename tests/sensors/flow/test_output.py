"""Events are written in three forms that hold the same."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from sensors.flow.output import FORMATS, OutputError
from sensors.logs.events import EventReader
from tests.factories import batch

FLOWS = [batch("flow", {"source.ip": "192.0.2.1"}, {"source.ip": "192.0.2.2"}), batch("dns", {"dns.id": "7"})]


def test_ndjson_is_one_document_a_line() -> None:
    out = io.BytesIO()
    FORMATS["ndjson"](FLOWS, None, out)
    lines = [json.loads(line) for line in out.getvalue().splitlines()]

    assert [line["event"]["dataset"] for line in lines] == ["flow", "flow", "dns"]
    assert lines[0]["source"] == {"ip": "192.0.2.1"}


@pytest.mark.parametrize("form", ["parquet", "arrow"])
def test_a_file_holds_every_dataset_and_is_read_again(form: str, tmp_path: Path) -> None:
    out = tmp_path / f"events.{form}"
    FORMATS[form](FLOWS, out, io.BytesIO())
    found = {batch.dataset: batch for batch in EventReader(out).batches()}

    assert found["flow"].column("source.ip") == ["192.0.2.1", "192.0.2.2"]
    assert found["dns"].column("dns.id") == ["7"]


@pytest.mark.parametrize("form", ["parquet", "arrow"])
def test_a_form_that_needs_a_file_asks_for_one(form: str) -> None:
    with pytest.raises(OutputError, match="-o"):
        FORMATS[form](FLOWS, None, io.BytesIO())
