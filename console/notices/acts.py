"""What a route of notices answers when a use case cannot do what was asked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from console.notices.person import SamePerson
from console.web.acts import Said, answered


@contextmanager
def acting() -> Iterator[None]:
    """403 where two people are needed, and what every route answers otherwise."""
    try:
        with answered():
            yield
    except SamePerson as error:
        raise Said(403, error) from error
