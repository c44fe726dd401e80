"""Templates that an office brought: one docx a kind under `DATA/templates/`, in place of the one that ships."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Final

from console.papers.wording import KINDS

FOLDER: Final = "templates"


def own_template(data: Path, kind: str) -> bytes | None:
    """The office's template of a kind; None where it uses the one that ships."""
    try:
        return _path(data, kind).read_bytes()
    except FileNotFoundError:
        return None


def keep_template(data: Path, kind: str, content: bytes) -> None:
    """Put a template in its place, whole or not at all."""
    path = _path(data, kind)
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{kind}-{secrets.token_hex(4)}")
    beside.write_bytes(content)
    os.replace(beside, path)


def drop_template(data: Path, kind: str) -> bool:
    """Go back to the template that ships; whether there was another."""
    try:
        _path(data, kind).unlink()
    except FileNotFoundError:
        return False
    return True


def _path(data: Path, kind: str) -> Path:
    # A kind comes from an address: only a known one may become a file's name.
    if kind not in KINDS:
        raise KeyError(kind)
    return data / FOLDER / f"{kind}.docx"
