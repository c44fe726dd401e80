from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest

from console.papers import checking
from console.papers.checking import TemplateRefused, checked
from console.papers.document import sample
from console.papers.docx import shipped
from console.papers.template import packed

BODY = "word/document.xml"
LINKS = "word/_rels/document.xml.rels"
FOOT = "word/footer1.xml"
Parts = dict[str, bytes]


def parts() -> Parts:
    with zipfile.ZipFile(io.BytesIO(shipped("hazard"))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def with_body(before: bytes, after: bytes) -> Callable[[Parts], Parts]:
    return lambda known: {**known, BODY: known[BODY].replace(before, after)}


def test_a_sound_template_passes_unchanged() -> None:
    content = packed(with_body("（{{ note }}）".encode(), "（附注：{{ note }}）".encode())(parts()))

    assert checked(content, sample("hazard")) == content


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (with_body(b"{{ number }}", b"{{ number }"), "a field is broken"),
        (with_body(b"{{ number }}", b"{{ nummer }}"), "no field 'nummer'"),
        (with_body(b"{{ number }}", b"{{ number.__class__.__mro__[1] }}"), "more than name something"),
        (with_body(b"{{ number }}", b"{{ 'a' * 999999999 }}"), "more than name something"),
        (with_body(b"{{ number }}", b"{{ cycler() }}"), "more than name something"),
        (with_body(b"{{ number }}", b"{% include 'x' %}"), "more than name something"),
        (with_body(b"{{ line }}", b"{% for a in blocks %}{% for b in blocks %}x{% endfor %}{% endfor %}"), "loop"),
        (with_body(b"{{ line }}", b""), "no field for the title"),
        (with_body(b"</w:body>", b""), "cannot be read"),
        (with_body(b"<w:document ", b"<!DOCTYPE a [<!ENTITY b 'c'>]><w:document "), "entities"),
        (with_body(b"{{ number }}", b"INCLUDETEXT http://x.example"), "fetches from outside"),
        (lambda known: {**known, "word/vbaProject.bin": b"x"}, "macro"),
        (lambda known: {**known, "word/embeddings/a.xlsx": b"x"}, "embedded"),
        (
            lambda known: {
                **known,
                LINKS: known[LINKS].replace(b"/></Rel", b'/><Relationship TargetMode="External" Target="x"/></Rel'),
            },
            "outside the file",
        ),
        (lambda known: {name: part for name, part in known.items() if name != BODY}, "word/document.xml is missing"),
        (lambda known: {**known, **{f"word/{n}.xml": b"" for n in range(300)}}, "too many"),
        (
            lambda known: {**known, "word/footer1.xml": known["word/footer1.xml"].replace(b"PAGE", b"{{ pages }}")},
            "pages",
        ),
    ],
)
def test_a_bad_template_is_refused_with_one_sentence(spoil: Callable[[Parts], Parts], words: str) -> None:
    with pytest.raises(TemplateRefused, match=words) as refused:
        checked(packed(spoil(parts())), sample("hazard"))

    assert "\n" not in str(refused.value)


def test_a_bomb_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = packed({**parts(), "word/media/a.png": b"\0" * (checking.MOST_UNPACKED + 1)})
    assert len(bomb) < 200_000

    with pytest.raises(TemplateRefused, match="unpacks to more than 30 MB"):
        checked(bomb, sample("hazard"))
    monkeypatch.setattr(checking, "MOST_BYTES", 10)
    with pytest.raises(TemplateRefused, match="too many for a template"):
        checked(bomb, sample("hazard"))


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no zip", b"plain text"])
def test_what_is_no_docx_is_refused(content: bytes) -> None:
    with pytest.raises(TemplateRefused, match="no docx"):
        checked(content, sample("hazard"))
