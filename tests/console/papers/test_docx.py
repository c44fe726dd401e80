from __future__ import annotations

import io
import zipfile

import docx
import pytest

from console.papers.docx import DocxError, docx_of, shipped
from console.papers.template import packed
from tests.console.papers.papers import EVERYTHING


def test_a_paper_says_everything_in_its_place() -> None:
    document = docx.Document(io.BytesIO(docx_of(EVERYTHING)))
    said = [(one.style.name if one.style else "", one.text) for one in document.paragraphs]

    assert ("发文机关标志", "甘孜州委网信办文件") in said
    assert ("发文字号（上行）", "　甘网办报〔2026〕7号\t签发人：堃喆") in said
    assert ("一级标题", "一、基本情况") in said
    assert ("正文段落", "联系人喆、堃，涉及<b>泸定县</b>、炉霍县&巴塘县。") in said
    assert ("成文日期", "2026年3月5日") in said
    assert ("附件说明", "附件：1.清单") in said
    assert not any("{" in text or "\ue000" in text for _, text in said)
    assert len(document.inline_shapes) == 1
    assert [cell.text for cell in document.tables[0].rows[1].cells] == ["1", "甲\n/a"]
    assert ("版记", "　抄送：州公安局，州大数据中心。") in said
    assert ("版记", "　甘孜州委网信办\t2026年3月6日印发") in said


def test_an_exercise_says_so_in_the_head_of_odd_and_even_pages() -> None:
    section = docx.Document(io.BytesIO(docx_of(EVERYTHING))).sections[0]

    assert "演练" in section.header.paragraphs[0].text
    assert "演练" in section.even_page_header.paragraphs[0].text


def test_the_same_paper_is_the_same_file() -> None:
    assert docx_of(EVERYTHING) == docx_of(EVERYTHING)


def test_a_template_that_asks_for_more_than_there_is_is_refused() -> None:
    with zipfile.ZipFile(io.BytesIO(shipped("hazard"))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["word/document.xml"] = parts["word/document.xml"].replace(b"{{ number }}", b"{{ nummer }}")

    with pytest.raises(DocxError, match="nummer"):
        docx_of(EVERYTHING, packed(parts))
