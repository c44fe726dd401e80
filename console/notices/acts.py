"""What a route of notices answers when a use case cannot do what was asked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import HTTPException

from console.notices.person import SamePerson
from console.web.acts import answered


@contextmanager
def acting() -> Iterator[None]:
    """403 where two people are needed, and what every route answers otherwise."""
    try:
        with answered():
            yield
    except SamePerson as error:
        raise HTTPException(403, str(error)) from error
