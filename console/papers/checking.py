"""Looking over a docx template that an office brings, before anything is filled into it."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Final

from docx.opc.exceptions import PackageNotFoundError
from docxtpl import DocxTemplate  # type: ignore[import-untyped]
from jinja2 import TemplateSyntaxError, nodes
from lxml import etree  # type: ignore[import-untyped]

from console.papers.docx import DocxError, docx_of, sandbox
from console.papers.fields import docx_fields
from console.papers.paper import Paper

MOST_BYTES: Final = 5 * 1024 * 1024
MOST_UNPACKED: Final = 30 * 1024 * 1024
MOST_PARTS: Final = 200
_MACROS: Final = re.compile(r"vbaProject|vbaData|activeX|\.bin$|\.exe$|embeddings/", re.IGNORECASE)
# What a template may say: put a field, repeat over a list of fields, leave something out.
_ALLOWED: Final = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Getattr,
    nodes.For,
    nodes.If,
    nodes.Const,
    nodes.Compare,
    nodes.Operand,
    nodes.Not,
    nodes.And,
    nodes.Or,
)


class TemplateRefused(ValueError):
    """The file cannot be a template here; the sentence says why and what to do."""


def checked(content: bytes, sample: Paper) -> bytes:
    """The template, if it is sound: it is opened, read and filled once with the sample. TemplateRefused otherwise."""
    parts = _parts(content)
    _no_outside(parts)
    try:
        _only_fields(content, sample)
        filled = docx_of(sample, content)
    except DocxError as error:
        raise TemplateRefused(f"{error}; put the fields of the shipped template there") from error
    except (KeyError, ValueError, PackageNotFoundError, etree.XMLSyntaxError) as error:
        if isinstance(error, TemplateRefused):
            raise
        raise TemplateRefused(f"this docx cannot be read ({error}); save it anew as .docx") from error
    _says_the_title(filled, sample)
    return content


def _parts(content: bytes) -> dict[str, bytes]:
    """Every part, read with an eye on what it unpacks to."""
    if len(content) > MOST_BYTES:
        raise TemplateRefused(f"{len(content) // 1024} KB are too many for a template; at most {MOST_BYTES // 1024} KB")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_PARTS:
                raise TemplateRefused(f"{len(entries)} parts are too many for a template; at most {MOST_PARTS}")
            parts: dict[str, bytes] = {}
            left = MOST_UNPACKED
            for entry in entries:
                # The size that a part claims may be a lie: no more is unpacked than is left.
                with archive.open(entry) as stream:
                    part = stream.read(left + 1)
                left -= len(part)
                if left < 0:
                    raise TemplateRefused(f"it unpacks to more than {MOST_UNPACKED // 1024 // 1024} MB; refused unread")
                parts[entry.filename] = part
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise TemplateRefused(f"this is no docx ({error}); save it as .docx in Word or WPS") from error
    if "word/document.xml" not in parts:
        raise TemplateRefused("this zip is no docx: word/document.xml is missing; save it as .docx in Word or WPS")
    return parts


def _no_outside(parts: dict[str, bytes]) -> None:
    """No macros, no embedded programs, no links that Word would follow, no tricks of XML."""
    for name, part in parts.items():
        if _MACROS.search(name) or b"macroEnabled" in part[:20000]:
            raise TemplateRefused(f"it carries a macro or an embedded object ({name}); save it as plain .docx")
        if not name.endswith((".xml", ".rels")):
            continue
        if b"<!DOCTYPE" in part or b"<!ENTITY" in part:
            raise TemplateRefused(f"{name} declares entities; save it anew in Word or WPS")
        if name.endswith(".rels") and re.search(rb"TargetMode\s*=\s*[\"']External", part):
            raise TemplateRefused(f"{name} links to something outside the file; remove the link")
        if re.search(rb"\b(INCLUDETEXT|INCLUDEPICTURE|DDEAUTO|DDE)\b", part):
            raise TemplateRefused(f"{name} has a field that fetches from outside; remove it")


def _only_fields(content: bytes, sample: Paper) -> None:
    known = set(docx_fields(sample)[0])
    template = DocxTemplate(io.BytesIO(content))
    template.init_docx()
    xml = template.patch_xml(template.get_xml())
    for text in (xml, *_edges(template)):
        try:
            tree = sandbox().parse(text)
        except TemplateSyntaxError as error:
            raise TemplateRefused(
                f"a field is broken: {error.message}; type it anew without formatting in it"
            ) from error
        _allowed(tree, known)


def _edges(template: DocxTemplate) -> Iterator[str]:
    """Whatever else is filled: headers, footers, footnotes, the file's own title."""
    for uri in (template.HEADER_URI, template.FOOTER_URI):
        for _, part in template.get_headers_footers(uri):
            yield template.patch_xml(template.get_part_xml(part))
    for part in template.docx.part.package.parts:
        if part.content_type.endswith("footnotes+xml"):
            yield template.patch_xml(part.blob.decode("utf-8", "replace"))
    properties = template.docx.core_properties
    yield from (str(getattr(properties, name)) for name in ("author", "comments", "identifier", "subject", "title"))


def _allowed(tree: nodes.Template, known: set[str]) -> None:
    loops = list(tree.find_all(nodes.For))
    own = {loop.target.name for loop in loops if isinstance(loop.target, nodes.Name)}
    for node in tree.find_all(nodes.Node):
        if not isinstance(node, _ALLOWED):
            raise TemplateRefused(
                f"a field does more than name something ({type(node).__name__.lower()}); "
                "only {{ field }}, {%p if … %} and {%p for … in … %} are allowed"
            )
        if isinstance(node, nodes.Name) and node.name not in known | own:
            raise TemplateRefused(f"there is no field {node.name!r}; known are {', '.join(sorted(known))}")
    for loop in loops:
        # A loop in a loop makes a huge document out of a small one.
        if not isinstance(loop.iter, nodes.Name) or any(inner for inner in loop.find_all(nodes.For)):
            raise TemplateRefused("a loop goes over a field and stands in no other loop; take the inner one out")


def _says_the_title(filled: bytes, sample: Paper) -> None:
    """A template that loses the title or the text is an empty sheet, whatever else it is."""
    with zipfile.ZipFile(io.BytesIO(filled)) as archive:
        document = archive.read("word/document.xml")
    said = "".join(etree.fromstring(document).itertext())
    if sample.title not in said:
        raise TemplateRefused(
            "it has no field for the title; put {%p for line in title_lines %} {{ line }} {%p endfor %}"
        )
