"""What a change of stored state may raise: a move the table does not know, or a record that changed meanwhile."""

from __future__ import annotations


class IllegalMove(ValueError):
    """The lifecycle's table does not allow this move; trying again does not help."""

    def __init__(self, what: str, was: str, to: str) -> None:
        super().__init__(f"{what} is {was!r}; it cannot become {to!r}")
        self.what, self.was, self.to = what, was, to


class Stale(RuntimeError):
    """Somebody changed the record after it was read; read it again and decide again."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} was changed meanwhile; look at it again")
        self.what = what


class Unknown(LookupError):
    """There is no such record."""

    def __init__(self, what: str) -> None:
        super().__init__(f"there is no {what}")
        self.what = what
