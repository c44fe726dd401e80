"""Changing the templates that documents are made of: looked over first, then put in place, each with its entry."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from analytics.lifecycle import Unknown
from console.accounts.viewer import Viewer
from console.audit.chain import record, sm3_of
from console.papers.checking import TemplateRefused, checked
from console.papers.document import sample
from console.papers.docx import docx_of
from console.papers.office_templates import drop_template, keep_template, own_template
from console.papers.wording import KINDS
from console.web.desk import Desk


def try_template(here: Desk, who: Viewer, kind: str, content: bytes) -> bytes:
    """The sample in a template that is not in use. Unknown, or TemplateRefused, which is written down."""
    return docx_of(sample(_known(who, kind)), _sound(here, who, kind, content))


def use_template(here: Desk, who: Viewer, kind: str, content: bytes) -> None:
    """Put a template in use for a kind. Unknown, or TemplateRefused, which is written down; nothing changes then."""
    _sound(here, who, _known(who, kind), content)
    sums = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest(), "sm3": sm3_of(content)}
    with here.engine.begin() as connection:
        _write(connection, here, who, "template.use", kind, sums)
        keep_template(here.data.root, kind, content)


def restore_template(here: Desk, who: Viewer, kind: str) -> None:
    """Go back to the template that ships. Unknown for a kind that has no other."""
    if own_template(here.data.root, _known(who, kind)) is None:
        raise Unknown(f"own template for {kind}")
    with here.engine.begin() as connection:
        _write(connection, here, who, "template.restore", kind, {})
        drop_template(here.data.root, kind)


def _sound(here: Desk, who: Viewer, kind: str, content: bytes) -> bytes:
    try:
        return checked(content, sample(kind))
    except TemplateRefused as error:
        with here.engine.begin() as connection:
            detail = {"reason": str(error)[:500], "sha256": hashlib.sha256(content).hexdigest()}
            _write(connection, here, who, "template.refused", kind, detail)
        raise


def _write(connection: Connection, here: Desk, who: Viewer, action: str, kind: str, detail: Mapping[str, Any]) -> None:
    record(connection, at=here.clock(), actor=who.login, action=action, object=f"template {kind}", detail=detail)


def _known(who: Viewer, kind: str) -> str:
    # A template is the whole office's: who sees only a part of it changes none.
    if kind not in KINDS or not who.sees_all:
        raise Unknown(f"kind of document {kind}")
    return kind
