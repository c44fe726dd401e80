from __future__ import annotations

import json
from pathlib import Path

import docx
import pytest
from typer.testing import CliRunner

from analytics.data_folder import DataFolder
from console.bootstrap import prepare
from console.notices.cli import app
from console.papers.docx import shipped
from tests.console.deskdata import finding

RUN = CliRunner()
HAZARD = {"kind": "hazard", "unit": "示例局", "issuer": "甘孜州委网信办", "number": "甘网安通〔2026〕3号"}


def test_a_json_file_becomes_a_docx(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps(HAZARD, ensure_ascii=False), "utf-8")

    done = RUN.invoke(app, ["render", str(tmp_path / "a.json"), "-o", str(tmp_path / "a.docx")])

    assert done.exit_code == 0, done.stderr
    texts = [paragraph.text for paragraph in docx.Document(str(tmp_path / "a.docx")).paragraphs]
    assert "甘网安通〔2026〕3号" in texts


@pytest.mark.parametrize(("content", "words"), [("{", "cannot be read"), ("[]", "no document"), ("{}", "no kind")])
def test_what_is_no_document_is_said(tmp_path: Path, content: str, words: str) -> None:
    (tmp_path / "a.json").write_text(content, "utf-8")

    done = RUN.invoke(app, ["render", str(tmp_path / "a.json"), "-o", str(tmp_path / "a.docx")])

    assert done.exit_code == 2
    assert words in done.stderr
    assert not (tmp_path / "a.docx").exists()


def test_a_month_is_drafted_and_rendered_from_the_records(tmp_path: Path) -> None:
    engine = prepare(DataFolder(tmp_path))
    finding(engine, 1)
    engine.dispose()
    data = ["--data", str(tmp_path)]

    drafted = RUN.invoke(app, ["monthly", "--month", "2026-11", *data])
    notice = drafted.stdout.strip()
    again = RUN.invoke(app, ["monthly", "--month", "2026-11", *data])
    done = RUN.invoke(app, ["render", notice, "-o", str(tmp_path / "a.docx"), *data])

    assert notice == again.stdout.strip() == "no-2026-11", drafted.stderr
    assert done.exit_code == 0, done.stderr
    assert len(docx.Document(str(tmp_path / "a.docx")).inline_shapes) == 3
    assert RUN.invoke(app, ["monthly", "--month", "2026-13", *data]).exit_code == 2
    missing = RUN.invoke(app, ["render", "no-0", "-o", str(tmp_path / "b.docx"), *data])
    assert (missing.exit_code, "no notice no-0" in missing.stderr) == (2, True)


def test_a_folder_without_an_installation_is_said(tmp_path: Path) -> None:
    assert "no installation" in RUN.invoke(app, ["monthly", "--data", str(tmp_path)]).stderr


def test_a_template_is_looked_over(tmp_path: Path) -> None:
    (tmp_path / "good.docx").write_bytes(shipped("hazard"))
    (tmp_path / "bad.docx").write_bytes(b"no docx")

    assert RUN.invoke(app, ["template", str(tmp_path / "good.docx")]).exit_code == 0
    bad = RUN.invoke(app, ["template", str(tmp_path / "bad.docx")])
    assert (bad.exit_code, "no docx" in bad.stderr) == (1, True)
    assert RUN.invoke(app, ["template", str(tmp_path / "good.docx"), "--kind", "letter"]).exit_code == 2
