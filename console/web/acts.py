"""What a route answers when a use case cannot do what was asked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import HTTPException

from analytics.lifecycle import IllegalMove, Stale, Unknown


class Said(HTTPException):
    """A failure with its sentence in both languages; an empty `zh`: the words of its status say it all."""

    def __init__(self, status: int, error: Exception) -> None:
        super().__init__(status, str(error))
        self.zh: str = getattr(error, "zh", str(error) if isinstance(error, ValueError) else "")


@contextmanager
def answered() -> Iterator[None]:
    """404 for what is not there, 409 for what changed or does not go, 422 for a value that makes no sense."""
    try:
        yield
    except Unknown as error:
        raise Said(404, error) from error
    except (Stale, IllegalMove) as error:
        raise Said(409, error) from error
    except UnicodeEncodeError:
        # Half a character: console.web.errors has the words.
        raise
    except ValueError as error:
        raise Said(422, error) from error
