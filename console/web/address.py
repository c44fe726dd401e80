"""What the filters of lists share: their parameters as an address carries them, and a span of time."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement


def plain_address(asked: Any) -> dict[str, Any]:
    """The fields of a filter as an address carries them: moments as text, nothing as an empty text."""
    return {field.name: _plain(getattr(asked, field.name)) for field in fields(asked)}


def between(column: Column[Any], since: datetime | None, until: datetime | None) -> list[ColumnElement[bool]]:
    """From `since`, and before `until`; None is no limit."""
    limits = (column >= since if since else None, column < until if until else None)
    return [limit for limit in limits if limit is not None]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return "" if value is None else value
