"""What a route answers when a use case cannot do what was asked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import HTTPException

from analytics.lifecycle import IllegalMove, Stale, Unknown


@contextmanager
def answered() -> Iterator[None]:
    """404 for what is not there, 409 for what changed or does not go, 422 for a value that makes no sense."""
    try:
        yield
    except Unknown as error:
        raise HTTPException(404, str(error)) from error
    except (Stale, IllegalMove) as error:
        raise HTTPException(409, str(error)) from error
    except UnicodeEncodeError:
        # Half a character: console.web.errors has the words.
        raise
    except ValueError as error:
        raise HTTPException(422, str(error)) from error
