"""Events are written in three forms that hold the same."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sensors.flow.output import FORMATS, OutputError
from tests.factories import batch

FLOWS = [batch("flow", {"source.ip": "192.0.2.1"}, {"source.ip": "192.0.2.2"}), batch("dns", {"dns.id": "7"})]


def test_ndjson_is_one_document_a_line() -> None:
    out = io.BytesIO()
    FORMATS["ndjson"](FLOWS, None, out)
    lines = [json.loads(line) for line in out.getvalue().splitlines()]

    assert [line["event"]["dataset"] for line in lines] == ["flow", "flow", "dns"]
    assert lines[0]["source"] == {"ip": "192.0.2.1"}


def test_parquet_and_arrow_are_a_file_a_dataset(tmp_path: Path) -> None:
    FORMATS["parquet"](FLOWS, tmp_path / "p", io.BytesIO())
    FORMATS["arrow"](FLOWS, tmp_path / "a", io.BytesIO())

    assert pq.read_table(tmp_path / "p" / "flow.parquet").equals(FLOWS[0].table)
    with pa.OSFile(str(tmp_path / "a" / "dns.arrow")) as file:
        assert pa.ipc.open_file(file).read_all().equals(FLOWS[1].table)


@pytest.mark.parametrize("form", ["parquet", "arrow"])
def test_a_form_that_needs_a_folder_asks_for_one(form: str) -> None:
    with pytest.raises(OutputError, match="-o"):
        FORMATS[form](FLOWS, None, io.BytesIO())
